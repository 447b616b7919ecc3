"""The same table whoever computes it, whatever dies on the way, and wherever it begins again."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import Spec, SpecError, preset
from core.cli.parser import main
from core.experiment.spec import edit
from core.studies import running
from core.studies.groups import Stopped, groups, run_group
from core.studies.journal import journal, journal_path
from core.studies.rows import key_of
from core.studies.running import RETRIES, cluster, processes, run
from core.studies.study import TEST_NOISE, Axis, Study, StudyError

ROOT = Path(__file__).resolve().parents[3]
SAME_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

NOISY = Spec(activation="tanh", epochs=30, seed=4, noise="flip", noise_level=0.1)
STUDY = Study(NOISY, (Axis("hidden", ((2,), (3,), (4, 2), (5,), (6,))), Axis(TEST_NOISE, (0.0, 0.2))), 2)
CHANGED = {"activation": "tanh", "epochs": 300, "noise": "flip", "noise_level": 0.1}
SHAPES = ((2,), (3,), (4, 2), (5,), (6,), (7,), (8,))
LAYERS = "2;3;4,2;5;6;7;8"
LONGER = Study(edit(preset("font-autoencoder"), CHANGED), (Axis("hidden", SHAPES),), 2)
"""A tenth of a second a group: one can die in its middle."""


def plain(table):
    """A table without what differs from run to run; every bit of the rest is kept."""
    return [{name: value for name, value in row.items() if name != "seconds"} for row in table]


@cache
def whole(study):
    """The table of a study, as one thread computes it group by group."""
    return plain(row for group in groups(study) for row in run_group(study, group))


@pytest.fixture
def computed(monkeypatch):
    """The groups that are computed in this process from here on."""
    seen = []

    def counted(study, group, *rest):
        seen.append(group)
        return run_group(study, group, *rest)

    monkeypatch.setattr(running, "run_group", counted)
    return seen


# -- executors


def test_that_a_table_has_the_rows_of_every_group_in_their_order():
    assert plain(run(STUDY)) == whole(STUDY)
    assert len(whole(STUDY)) == 20


@pytest.mark.parametrize("workers", [1, 3])
def test_that_threads_compute_the_same_table_to_the_bit(workers):
    assert plain(run(STUDY, executor=lambda: ThreadPoolExecutor(workers))) == whole(STUDY)


def test_that_processes_compute_the_same_table_to_the_bit_and_end():
    pools = []

    def made():
        pools.append(processes(2))
        return pools[-1]

    assert plain(run(STUDY, executor=made)) == whole(STUDY)
    assert len(pools) == 1
    with pytest.raises(RuntimeError, match="shutdown"):
        pools[0].submit(len, "")


def test_that_a_process_that_is_killed_costs_only_what_it_was_doing():
    pools, told = [], []

    def made():
        pools.append(processes(2))
        return pools[-1]

    def on_rows(rows, share):
        told.extend(rows)
        if rows and len(pools) == 1:
            os.kill(next(iter(pools[0]._processes)), signal.SIGKILL)
        return True

    assert plain(run(LONGER, executor=made, on_rows=on_rows)) == whole(LONGER)
    assert len(pools) == 2
    assert sorted(plain(told), key=str) == sorted(whole(LONGER), key=str)  # no group twice


class Dying(Executor):
    """Computes some groups and breaks under all others."""

    def __init__(self, left):
        self.left = left

    def submit(self, call, *arguments):
        self.left -= 1
        future = Future()
        if self.left >= 0:
            future.set_result(call(*arguments))
        else:
            future.set_exception(BrokenExecutor("a worker died"))
        return future


@pytest.mark.parametrize("lives", [[0, 9], [4, 9], [1, 3, 9], [0, 0, 0, 9], [2, 1, 1, 9]])
def test_that_only_groups_whose_executor_broke_are_run_again_on_a_new_one(computed, lives):
    left = iter(lives)
    assert plain(run(STUDY, executor=lambda: Dying(next(left)))) == whole(STUDY)
    assert next(left, None) is None
    assert len(computed) == len(groups(STUDY))


def test_that_what_breaks_again_and_again_is_told():
    tried = []

    def made():
        tried.append(1)
        return Dying(0)

    with pytest.raises(BrokenExecutor):
        run(STUDY, executor=made)
    assert len(tried) == RETRIES + 1


def test_that_an_executor_that_breaks_at_once_is_replaced_too():
    class Broken(Executor):
        def submit(self, *_):
            raise BrokenExecutor("no worker ever came")

    made = iter([Broken(), ThreadPoolExecutor(1)])
    assert plain(run(STUDY, executor=lambda: next(made))) == whole(STUDY)


def test_that_what_was_done_before_it_broke_for_good_is_in_the_journal(tmp_path, computed):
    path = tmp_path / "journal"
    left = iter([1, 1, 0, 0])
    with pytest.raises(BrokenExecutor):
        run(STUDY, path, lambda: Dying(next(left)))
    assert len(computed) == 2
    assert plain(run(STUDY, path)) == whole(STUDY)
    assert len(computed) == len(groups(STUDY))


def test_that_a_study_leaves_as_many_threads_as_there_were():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert plain(run(STUDY)) == whole(STUDY)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


# -- news


@pytest.mark.parametrize("executor", [None, lambda: ThreadPoolExecutor(2)], ids=["here", "threads"])
def test_that_every_row_is_told_once_and_what_is_done_rises_to_all(executor):
    told, extents = [], []

    def on_rows(rows, extent):
        told.extend(rows)
        extents.append(extent)
        return True

    run(STUDY, executor=executor, on_rows=on_rows)
    assert sorted(plain(told), key=str) == sorted(whole(STUDY), key=str)
    for counted in (
        [extent.trained for extent in extents], [extent.measured for extent in extents],
        [-extent.to_train for extent in extents],
    ):  # fmt: skip
        assert counted == sorted(counted)
    assert (extents[0].trained, extents[0].measured) == (0, 0)
    assert (extents[-1].trained, extents[-1].measured) == (STUDY.total, 20)
    assert extents[-1].to_train == pytest.approx(0, abs=1e-6 * extents[0].to_train)


@pytest.mark.parametrize("executor", [None, lambda: ThreadPoolExecutor(1)], ids=["here", "threads"])
@pytest.mark.parametrize("most", [2, 6])
def test_that_a_study_stops_when_told_and_goes_on_later(tmp_path, executor, most):
    path, told = tmp_path / "journal", []

    def on_rows(rows, share):
        told.extend(rows)
        return len(told) < most

    early = plain(run(STUDY, path, executor, on_rows))
    assert most <= len(early) < len(whole(STUDY))
    assert all(row in whole(STUDY) for row in early)
    assert plain(run(STUDY, path, executor)) == whole(STUDY)


def test_that_a_study_stops_in_the_middle_of_a_group(tmp_path):
    """A group of two runs that would take minutes: it is asked while it trains."""
    endless, trained = Study(replace(NOISY, epochs=10**7), STUDY.axes, 2), []

    def on_rows(rows, extent):
        trained.append(extent.trained)
        return extent.trained == 0

    assert run(endless, tmp_path / "journal", on_rows=on_rows) == []
    assert trained[0] == 0
    assert 0 < trained[-1] < 2


def test_that_a_group_stops_while_a_run_is_measured():
    """A large set is measured for seconds: once all is trained, the watch is asked for every metric."""
    study = Study(NOISY, (), 1)
    asked = []

    def watch(share):
        asked.append(share)
        return asked.count(1.0) < 6

    with pytest.raises(Stopped):
        list(run_group(study, groups(study)[0], watch))


def test_that_a_setting_that_cannot_be_held_is_refused_before_any_run_is_trained(monkeypatch):
    monkeypatch.setattr("core.train.memory.available", lambda device: 10**9)
    study, told = Study(NOISY, (Axis("hidden", ((2,), (4096, 4096))),), 1), []

    def on_rows(rows, extent):
        told.append(extent.trained)
        return True

    with pytest.raises(SpecError, match=r"hidden: this run would need about .* GB"):
        run(study, on_rows=on_rows)
    assert told == [0]


ONE_PROGRAM = Study(NOISY, (Axis("learning_rate", (0.1, 0.01)), Axis(TEST_NOISE, (0.1, 0.2, 0.3))), 8)


@pytest.mark.parametrize("executor", [None, lambda: ThreadPoolExecutor(1)], ids=["here", "threads"])
def test_that_every_row_that_is_measured_when_told_to_stop_is_kept(tmp_path, monkeypatch, executor):
    """All runs are one program of 48 rows; it is stopped once seven are measured."""
    real, seen, stop = running.run_group, [], threading.Event()

    def run_group(*words):
        for row in real(*words):
            seen.append(row)
            if len(seen) == 7:
                stop.set()
                waited.wait(20)
            yield row

    waited = threading.Event()

    def on_rows(rows, extent):
        return not stop.is_set()

    class Waved(running._Flag):
        def wave(self):
            super().wave()
            waited.set()

    if executor is None:
        waited.set()
    monkeypatch.setattr(running, "run_group", run_group)
    monkeypatch.setattr(running, "_Flag", Waved)
    path = tmp_path / "journal"
    assert len(groups(ONE_PROGRAM)) == 1
    early = run(ONE_PROGRAM, path, executor, on_rows)
    assert len(early) == 7
    seen.clear()
    assert plain(run(ONE_PROGRAM, path)) == whole(ONE_PROGRAM)
    assert len(seen) == 48 - 7  # what was kept is not measured again
    stop.clear()


def test_that_processes_stop_within_a_program_and_leave_no_flag(tmp_path):
    """Its training would take minutes; that the flag comes from another process is the point."""
    long = replace(ONE_PROGRAM, base=replace(NOISY, epochs=1_000_000))
    asked = []

    def on_rows(rows, extent):
        asked.append(extent)
        return len(asked) < 12

    assert run(long, tmp_path / "journal", lambda: processes(1), on_rows) == []
    assert not list(Path(tempfile.gettempdir()).glob("tp5-stop-*"))


def test_that_who_says_no_at_once_gets_what_there_is(tmp_path, computed):
    path = tmp_path / "journal"
    assert run(STUDY, path, on_rows=lambda rows, share: False) == []
    run(STUDY, path, on_rows=lambda rows, extent: extent.measured < 7)
    count = len(computed)
    seen = []
    kept = run(STUDY, path, on_rows=lambda rows, extent: bool(seen.append((rows, extent))))
    assert len(computed) == count
    ((rows, extent),) = seen
    assert rows == kept
    assert (extent.trained, extent.measured) == (3, 7)  # of the fourth run a row is missing


# -- the journal


def test_that_a_finished_journal_is_read_and_nothing_computed(tmp_path, computed):
    path = tmp_path / "journal"
    assert plain(run(STUDY, path)) == whole(STUDY)
    before = path.read_bytes()
    computed.clear()
    assert plain(run(STUDY, path)) == whole(STUDY)
    assert (computed, path.read_bytes()) == ([], before)
    assert [each.name for each in tmp_path.iterdir()] == ["journal"]


def test_that_a_journal_is_the_study_and_a_line_for_every_row(tmp_path):
    path = tmp_path / "journal"
    table = run(STUDY, path)
    head, *lines = path.read_text().splitlines()
    assert Study.from_json(head) == STUDY
    rows = [row for _, rows in map(json.loads, lines) for row in rows]
    assert len(lines) == len(rows)
    assert [row | {"hidden": tuple(row["hidden"])} for row in rows] == table


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    path = tmp_path_factory.mktemp("finished") / "journal"
    run(STUDY, path)
    return path.read_bytes()


@cache
def rows_of(study):
    """Key -> its row: what is computed elsewhere need not be computed often."""
    return {key_of(study, row): row for group in groups(study) for row in run_group(study, group)}


@pytest.fixture
def recalled(monkeypatch):
    """The keys of the rows that would have been computed from here on."""
    seen = []

    def recall(study, group, watch, done):
        new = [key for key in group.keys(study) if key not in done]
        seen.extend(new)
        return [rows_of(study)[key] for key in new]

    monkeypatch.setattr(running, "run_group", recall)
    return seen


@given(st.data())
@SAME_FILE
def test_that_whatever_a_crash_leaves_of_a_journal_is_gone_on_from(finished, tmp_path, recalled, data):
    """It is cut anywhere behind the study itself, which is written at once or not at all."""
    path = tmp_path / "journal"
    head = finished.index(b"\n") + 1
    path.write_bytes(finished[: data.draw(st.integers(head, len(finished)))])
    kept = path.read_bytes().count(b"\n") - 1
    recalled.clear()
    assert plain(run(STUDY, path)) == whole(STUDY)
    assert len(recalled) == len(whole(STUDY)) - kept
    assert len(path.read_bytes().splitlines()) == len(finished.splitlines())


def test_that_an_empty_file_becomes_a_journal(tmp_path):
    path = tmp_path / "journal"
    path.touch()
    assert plain(run(STUDY, path)) == whole(STUDY)
    assert Study.from_json(path.read_text().splitlines()[0]) == STUDY


OTHERS = {
    "seed": replace(STUDY, base=replace(NOISY, seed=5)),
    "epochs": replace(STUDY, base=replace(NOISY, epochs=31)),
    "runs": replace(STUDY, runs=3),
    "axes": replace(STUDY, axes=STUDY.axes[:1]),
    "values": replace(STUDY, axes=(Axis("hidden", ((2,), (3,))), STUDY.axes[1])),
}


@pytest.mark.parametrize("other", OTHERS)
def test_that_the_journal_of_another_study_is_refused_and_left_as_it_is(finished, tmp_path, computed, other):
    path = tmp_path / "journal"
    path.write_bytes(finished)
    with pytest.raises(StudyError, match="that of another study"):
        run(OTHERS[other], path)
    assert path.read_bytes() == finished
    assert computed == []
    assert [each.name for each in tmp_path.iterdir()] == ["journal"]


LATER = ("penalty", "penalty_weight")
"""Fields of a run that came after 0.1.0."""


def as_before(journal):
    """A journal as 0.1.0 wrote it: without the fields that came later, and with numbers for checksums."""
    head, *lines = map(json.loads, journal.decode().splitlines())
    for name in LATER:
        del head["base"][name]
    numbered = [[number, rows] for number, (_, rows) in enumerate(lines)]
    return "".join(f"{json.dumps(line)}\n" for line in [head, *numbered]).encode()


def test_that_the_journal_of_an_earlier_version_is_gone_on_from(finished, tmp_path, computed):
    path = tmp_path / "journal"
    path.write_bytes(as_before(finished))
    assert plain(run(STUDY, path)) == whole(STUDY)
    assert computed == []
    assert path.read_bytes() == as_before(finished)


def test_that_in_an_earlier_journal_a_later_field_is_at_its_default(finished, tmp_path, computed):
    path = tmp_path / "journal"
    path.write_bytes(as_before(finished))
    with pytest.raises(StudyError, match="that of another study"):
        run(replace(STUDY, base=replace(NOISY, penalty="mmd")), path)
    assert path.read_bytes() == as_before(finished)


def test_that_a_study_finds_its_journal_in_a_folder_whatever_else_is_there(finished, tmp_path):
    new = journal_path(tmp_path, STUDY)
    assert new.parent == tmp_path
    assert not new.exists()
    assert len({new, *(journal_path(tmp_path, other) for other in OTHERS.values())}) == 1 + len(OTHERS)
    for name, blob in {"empty": b"", "damaged": b"\xff\x00{\n", "none": b"{}\n"}.items():
        (tmp_path / f"{name}.jsonl").write_bytes(blob)
    assert journal_path(tmp_path, STUDY) == new
    (tmp_path / "before.jsonl").write_bytes(as_before(finished))
    assert journal_path(tmp_path, STUDY) == tmp_path / "before.jsonl"
    assert journal_path(tmp_path, OTHERS["seed"]).name not in ("before.jsonl", new.name)
    new.write_bytes(finished)
    assert journal_path(tmp_path, STUDY) == new


ROW = json.dumps([{"hidden": [2]}])
DAMAGES = [
    "nonsense", "{}", "[]", "3", "null", "[0]", f"[0, {ROW}, 1]", f"[null, {ROW}]", f'["a", {ROW}]',
    f"[0.5, {ROW}]", f"[-1, {ROW}]", f"[99, {ROW}]", "[0, 5]", "[0, null]", "[0, [5]]", "[0, []]",
    f"[0, {ROW}", '{"a": 1, "b": 2}', "",
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("place", [1, 2])
def test_that_a_journal_with_a_damaged_line_is_refused_and_left_as_it_is(finished, tmp_path, damage, place):
    path = tmp_path / "journal"
    lines = finished.decode().splitlines()
    lines[place] = damage
    path.write_text("\n".join(lines) + "\n")
    before = path.read_bytes()
    with pytest.raises(StudyError, match="journal"):
        run(STUDY, path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["journal"]


@pytest.mark.parametrize("blob", [b"\x89PNG\r\n\x1a\n\xff\xfe\x00", b"name,value\n1,2\n", b"{}\n", b"\n"])
def test_that_a_file_of_another_kind_is_refused_and_left_as_it_is(tmp_path, blob):
    path = tmp_path / "picture.png"
    path.write_bytes(blob)
    with pytest.raises(StudyError, match=r"picture\.png"):
        run(STUDY, path)
    assert path.read_bytes() == blob


@given(st.data())
@SAME_FILE
def test_that_a_journal_with_any_byte_changed_is_refused_or_gives_as_many_rows(
    finished, tmp_path, recalled, data
):
    path = tmp_path / "journal"
    place = data.draw(st.integers(0, len(finished) - 1))
    blob = bytearray(finished)
    blob[place] = data.draw(st.integers(0, 255))
    path.write_bytes(blob)
    try:
        rows = run(STUDY, path)
    except StudyError:
        assert path.read_bytes() == blob
        return
    assert len(rows) == len(whole(STUDY))


def test_that_a_journal_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        run(STUDY, tmp_path / "nowhere" / "journal")


def test_that_rows_are_on_the_disk_when_they_are_told_of(tmp_path):
    path = tmp_path / "journal"
    lines = []

    def on_rows(rows, share):
        if rows:
            lines.append(path.read_text().count("\n"))
        return True

    run(STUDY, path, on_rows=on_rows)
    assert lines == list(range(2, 22))


def test_that_a_journal_in_memory_is_in_the_order_of_the_groups():
    with journal(STUDY, None) as kept:
        assert (kept.study, kept.done) == (STUDY, {})
        rows = list(rows_of(STUDY).values())
        for row in reversed(rows):
            kept.add([row])
        assert kept.table() == rows


# -- kill -9


def tp5(*words):
    code = "import sys; from core.cli.parser import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_until(there, process):
    """Look every few milliseconds; a process that ends before is told."""
    while not there():
        try:
            process.wait(0.005)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"ended with {process.returncode}: {process.stderr.read()}")


def test_that_a_study_that_is_killed_goes_on_and_ends_with_the_same_table(tmp_path, computed, capsys):
    path = tmp_path / "journal"
    words = ["study", "vary", "font-autoencoder", "--vary", f"hidden={LAYERS}", "--runs", 2]
    words += [word for name, value in CHANGED.items() for word in ("--set", f"{name}={value}")]
    words += ["--journal", path]
    with tp5(*words) as process:
        try:
            wait_until(lambda: path.is_file() and path.read_bytes().count(b"\n") >= 2, process)
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL
    kept = path.read_bytes().count(b"\n") - 1
    assert 1 <= kept < LONGER.total
    left = len(groups(LONGER)) - kept // 2  # two runs a group

    assert main([str(word) for word in words] + ["--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["runs"]
    assert len(computed) == left
    assert plain(rows) == [row | {"hidden": "-".join(map(str, row["hidden"]))} for row in whole(LONGER)]
    assert plain(run(LONGER, path)) == whole(LONGER)  # of base, axes and runs the same study
    assert len(computed) == left


# -- a cluster

distributed = pytest.importorskip("distributed")


class Cluster:
    """A Dask scheduler on loopback and workers, each a process of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = os.environ | {"PYTHONPATH": str(ROOT)}
        place = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                                    "--scheduler-file", str(place))  # fmt: skip
        wait_until(lambda: place.is_file() and place.read_text().rstrip().endswith("}"), self.scheduler)
        self.address = json.loads(place.read_text())["address"]
        self.workers = []

    def start(self, kind, *words):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def add_workers(self, count):
        """So many more; there when this returns."""
        for _ in range(count):
            self.workers.append(
                self.start("worker", self.address, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1",
                           "--no-dashboard", "--local-directory", str(self.folder))
            )  # fmt: skip
        with distributed.Client(self.address) as client:
            client.wait_for_workers(sum(each.poll() is None for each in self.workers), timeout=60)

    def close(self):
        for process in [*self.workers, self.scheduler]:
            process.terminate()
        for process in [*self.workers, self.scheduler]:
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("dask"))
    try:
        cluster.add_workers(2)
        yield cluster
    finally:
        cluster.close()


def test_that_a_cluster_computes_the_same_table_to_the_bit(dask):
    assert plain(run(STUDY, executor=lambda: cluster(dask.address))) == whole(STUDY)


@pytest.mark.parametrize("say_no", [False, True])
def test_that_a_study_on_a_cluster_leaves_no_client_behind(dask, monkeypatch, say_no):
    made = []

    class Client(distributed.Client):
        def __init__(self, *words, **more):
            super().__init__(*words, **more)
            made.append(self)

    monkeypatch.setattr(distributed, "Client", Client)
    run(STUDY, None, lambda: cluster(dask.address), lambda rows, share: not (rows and say_no))
    assert [client.status for client in made] == ["closed"]


def test_that_a_study_on_a_cluster_stops_when_told(dask):
    early = plain(run(STUDY, None, lambda: cluster(dask.address), lambda rows, share: not rows))
    assert 0 < len(early) < len(whole(STUDY))
    assert all(row in whole(STUDY) for row in early)


def test_that_a_worker_of_a_cluster_that_is_killed_changes_nothing(dask):
    victim = dask.workers[0]

    def on_rows(rows, extent):
        if rows and victim.poll() is None:
            victim.kill()
            victim.wait()
            assert extent.trained < LONGER.total
        return True

    assert plain(run(LONGER, executor=lambda: cluster(dask.address), on_rows=on_rows)) == whole(LONGER)
    assert victim.returncode == -signal.SIGKILL
    assert dask.workers[1].poll() is None


@pytest.mark.parametrize("address", ["nonsense://127.0.0.1:1", "127.0.0.1:port", "127.0.0.1:1"])
def test_that_a_cluster_that_does_not_answer_is_told(monkeypatch, address):
    whole = distributed.Client
    monkeypatch.setattr(distributed, "Client", lambda address, timeout: whole(address, timeout=0.3))
    with pytest.raises(StudyError, match=address):
        cluster(address)


def test_that_without_dask_a_cluster_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(StudyError, match=r"tp5gui\[cluster\]"):
        cluster("127.0.0.1:8786")
