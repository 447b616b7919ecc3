"""argparse's own words are in the language of the command, and nobody else's are."""

import gettext
import os

import pytest

from core.base.words import use_language
from core.cli.parser import main


@pytest.fixture(autouse=True)
def _english():
    yield
    use_language("en")


def said(capsys, *words):
    """What a command prints, on both streams."""
    with pytest.raises(SystemExit):
        main(words)
    return "".join(capsys.readouterr())


def test_that_the_frame_of_the_help_is_said_in_the_language(capsys):
    help = said(capsys, "train", "--lang", "es", "--help")
    for word in ("uso: tp5 train", "argumentos:", "opciones:", "mostrar esta ayuda y terminar"):
        assert word in help
    assert not {"usage:", "options:", "show", "exit"} & set(help.split())
    assert "CAMPO=VALOR" in help  # what stands for a value as well
    assert "SEMILLA" in help
    assert said(capsys, "train", "--help").startswith("usage: tp5 train")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("train",), "tp5 train: falta indicar: PRESET; ver tp5 train --help"),
        (("train", "font-vae", "--foo"), "tp5: no se reconoce: --foo; ver tp5 --help"),
        (("train", "--seed"), "tp5 train: argumento --seed: falta su valor; ver tp5 train --help"),
        (("train", "--json=1"), "argumento --json: no lleva ningún valor, y se dio '1'"),
        (("train", "--device", "x"), "argumento --device: no existe 'x' (elegir entre"),
        (("train", "--se", "1"), "opción ambigua: --se puede ser --seed, --set"),
        (("train", "--seed", "x"), "argumento --seed: debe ser un número entero"),
    ],
)
def test_that_a_mistake_is_told_in_the_language(capsys, words, answer):
    assert answer in said(capsys, "--lang", "es", *words)


def test_that_a_language_that_is_none_is_refused_in_that_of_the_system(capsys, monkeypatch):
    for system, word in (("es_AR.UTF-8", "no existe 'xx'"), ("en_GB", "invalid choice: 'xx'")):
        monkeypatch.setenv("LANGUAGE", system)
        assert word in said(capsys, "--lang", "xx", "presets")
        assert word in said(capsys, "presets", "--lang", "xx")


def test_that_the_process_keeps_its_own_language(capsys, monkeypatch):
    monkeypatch.delenv("LANGUAGE")
    domain = gettext.textdomain()
    said(capsys, "--lang", "es", "--help")
    assert (gettext.textdomain(), os.environ.get("LANGUAGE")) == (domain, None)
