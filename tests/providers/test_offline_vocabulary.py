from chatls.providers import offline_vocabulary as vocabulary


def test_every_word_is_written_as_it_is_compared() -> None:
    sets: list[frozenset[str]] = [value for value in vars(vocabulary).values() if isinstance(value, frozenset)]
    assert len(sets) > 20
    assert [word for words in sets for word in words if word != word.lower() or not word] == []


def test_words_of_a_question_are_no_names() -> None:
    asking = vocabulary.GRAMMAR | vocabulary.DEFINES | vocabulary.USES | vocabulary.SHOWS | vocabulary.LISTS
    assert asking <= vocabulary.STOP_WORDS


def test_what_could_be_asked_for_is_no_stop_word() -> None:
    assert vocabulary.STOP_WORDS.isdisjoint({"run", "main", "buffer", "config", "parse", "test", "server", "error"})
