"""What everything else stands on: tables of named choices, words, files, random generators."""
