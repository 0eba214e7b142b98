"""What the audit lists, on a few images by hand, and its page, whatever names contain."""

import numpy as np

from pipeline.images.labels import Labels
from pipeline.images.parts import SEEN, TEST, TRAIN, UNUSED, VALIDATION
from pipeline.probes.audit import EXACT, NEAR, copies, near_copies
from pipeline.probes.audit_page import page
from pipeline.probes.best_row import Row

PART = np.array([TEST, TRAIN, SEEN, VALIDATION, TRAIN, TEST, UNUSED, VALIDATION], np.int8)
CONTENT = np.array([0, 1, 1, 1, 4, 3, 1, 7], np.int32)
LABEL = np.array([0, 0, 1, 0, 0, 0, 0, 0], np.int32)
KNOWN = Labels(LABEL, np.zeros(8, np.int8), np.arange(8, dtype=np.int32), CONTENT)


def test_exact_copies_are_of_an_image_of_an_earlier_part():
    found = [(each.image, each.other, each.reason) for each in copies(KNOWN, PART)]
    assert found == [
        (3, 1, "has the same pixels as a training image"),
        (2, 1, "has the same pixels as a training image, which bears another label"),
    ]


def test_a_test_image_can_be_a_copy_of_a_validation_image():
    content = np.where(np.arange(8) == 5, 7, CONTENT)
    found = {each.image: each for each in copies(Labels(LABEL, PART, PART, content), PART)}
    assert found[5].other == 7
    assert found[5].reason == "has the same pixels as a validation image"


def test_near_copies_leave_out_exact_ones_and_the_most_alike_come_first():
    alike = {
        "image": np.array([0, 2, 5]),
        "other": np.array([1, 1, 3]),
        "score": np.array([0.9, 1.0, 0.97]),
        "plain": np.array([False, False, True]),
    }
    found = list(near_copies(alike, KNOWN, PART))
    assert [(each.kind, each.image, each.other, each.score) for each in found] == [
        (NEAR, 5, 3, 0.97),
        (NEAR, 0, 1, 0.9),
    ]
    assert found[0].reason.startswith("is nearly plain, and so is a validation image")
    assert found[1].reason.startswith("differs from a training image by no more than JPEG")


def test_names_stand_on_the_page_as_text():
    row = (EXACT, "a|b<i>.png", "test", "*cat*", "`c`.png", "train", "[dog](x)", 1.0, "")
    judged = [("raw", "svm", 10, 0.5, 9, 0.25)]
    text = page([row], judged, Row("raw", "svm", 0.75, {}), 0.9, 4)
    assert r"| a\|b\<i\>.png | test | \*cat\* | \`c\`.png | train | \[dog\](x) | 1.000 |" in text
    assert "1 of 10 test images are duplicates, exact or near." in text
    assert "| raw | svm | 0.500 | 0.250 |" in text
    assert "raw with svm, 75.0 % of them right" in text


def test_the_page_says_what_was_not_looked_for_or_not_found():
    text = page([], [("raw", "svm", 1234, 0.5, 1234, 0.5)], None, 0.9, 0)
    assert "None of 1,234 test images is a duplicate" in text
    assert (
        "Not looked for: the features of every representation were fitted with the labels" in text
    )


def test_the_page_lists_twenty_of_a_kind():
    row = (NEAR, "a", "test", "x", "b", "train", "x", 0.9, "is nearly plain")
    text = page([row] * 21, [("raw", "svm", 50, 0.5, 29, 0.5)], None, 0.9, 0)
    assert text.count("| a | test |") == 20
    assert "And 1 more: see audit.csv." in text
    assert "Of all, 21 are nearly plain pictures." in text
