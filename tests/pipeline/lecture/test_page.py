"""The lecture's page holds every sentence and picture, and says what it has none of."""

from pathlib import Path

from support.classifiers import plan
from support.texts import file_of

from pipeline.lecture.outline import PARTS, Outline
from pipeline.lecture.page import page


def outline(*, classifier: str = "linear", feature: str = "hog") -> Outline:
    """Of the default config, with the module of one classifier or the feature of one block."""
    planned = plan()
    planned.classifiers[0]["module"] = classifier
    planned.blocks["hog"]["feature"] = feature
    return Outline(planned)


def write(folder: Path, lecture: Outline) -> str:
    sentences = [folder / Path(file).name for file in lecture.sentences()]
    for number, file in enumerate(sentences, start=1):
        file.write_text(f"Sentence {number}.\n")
    titles = list(lecture.titles().values())
    given = list(map(str, sentences)), lecture.places(), titles, lecture.left_out()
    page(file_of(), *given, folder / "lecture.md")
    return (folder / "lecture.md").read_text()


def test_a_sentence_a_picture_and_a_table_of_each_part_in_order(tmp_path):
    lecture = outline()
    parts = [
        f"## {number}. {title}\n\nSentence {number}.\n\n"
        f"![{title}]({name}.svg)\n\nTable: [{name}.csv]({name}.csv)\n"
        for number, (name, title) in enumerate(lecture.titles().items(), start=1)
    ]
    assert len(parts) == len(PARTS) + 4 + 2
    assert write(tmp_path, lecture) == "\n".join(["# The lecture, measured\n", *parts])


def test_where_nothing_is_left_out_nothing_is_said():
    assert outline().left_out() == []


def test_a_feature_without_a_picture_is_named_and_has_no_part(tmp_path):
    lecture = outline(feature="gabor")
    said = "There is no picture of what weights mean for hog (gabor)."
    assert lecture.left_out() == [said]
    assert lecture.drawn == ["raw_pixels", "color_histogram", "bag_of_words"]
    written = write(tmp_path, lecture)
    assert written.endswith(f"\n\n{said}\n")
    assert "weights_hog" not in written


def test_a_classifier_that_is_not_linear_is_named_and_has_no_weights(tmp_path):
    lecture = outline(classifier="forest")
    said = "The classifier svm is not linear: it has no W to show."
    assert lecture.left_out() == [said]
    assert lecture.weights("hog")["classifiers"] == ["softmax"]
    assert f"\n\n{said}\n" in write(tmp_path, lecture)


def test_without_a_linear_classifier_no_weights_are_drawn(tmp_path):
    planned = plan("svm")
    planned.classifiers[0]["module"] = "forest"
    lecture = Outline(planned)
    assert lecture.drawn == []
    assert list(lecture.titles()) == [*PARTS, "coordinates", "filters"]
    assert "svm is not linear" in write(tmp_path, lecture)


def test_several_things_that_are_left_out_are_lines_of_their_own(tmp_path):
    lecture = outline(classifier="forest", feature="gabor")
    feature, classifier = lecture.left_out()
    assert write(tmp_path, lecture).endswith(f"\n\n{feature}\n\n{classifier}\n")


def test_names_in_sentences_are_shown_as_they_are(tmp_path):
    (tmp_path / "weights_hog.txt").write_text("Of <b>cat</b>, $x$ and *raw_pixels*.\n")
    given = [str(tmp_path / "weights_hog.txt")], ["../w"], ["What W is"], ["No [a](b)."]
    page(file_of(), *given, tmp_path / "lecture.md")
    written = (tmp_path / "lecture.md").read_text()
    assert "Of \\<b\\>cat\\</b\\>, \\$x\\$ and \\*raw_pixels\\*." in written
    assert written.endswith("\n\nNo \\[a\\](b).\n")


def test_raw_pixels_are_the_subject_or_else_the_first():
    planned = plan()
    assert Outline(planned).subject() == "raw_pixels"
    planned.blocks["raw_pixels"]["feature"] = "hog"
    planned.representations = {"all": ["hog", "raw_pixels"], "raw_pixels": ["raw_pixels"]}
    assert Outline(planned).subject() == "all"


def test_label_efficiency_is_the_last_part_where_a_config_says_so():
    assert "label_efficiency" not in outline().titles()
    planned = plan()
    planned.config["label_efficiency"]["lecture"] = True
    lecture = Outline(planned)
    assert list(lecture.titles())[-1] == "label_efficiency"
    assert lecture.sentences()[-1] == planned.paths.labels_sentence
    assert lecture.places()[-1] == "../label_efficiency"


def test_tables_and_pictures_are_found_where_they_lie(tmp_path):
    (tmp_path / "a.txt").write_text("Said.\n")
    page(file_of(), [str(tmp_path / "a.txt")], ["../a"], ["A"], [], tmp_path / "lecture.md")
    written = (tmp_path / "lecture.md").read_text()
    assert written.endswith("\n\n![A](../a.svg)\n\nTable: [a.csv](../a.csv)\n")
