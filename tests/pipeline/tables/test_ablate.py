"""The ablation's table holds each bag of words' settings beside its accuracy."""

import pandas as pd

from pipeline.tables.ablate import ablate, draw


def test_settings_and_accuracies_stand_side_by_side(tmp_path):
    summary = tmp_path / "summary.csv"
    names = ["hard_8", "hard_16", "triangle_8", "triangle_16", "hog"]
    pd.DataFrame(
        {
            "representation": names,
            "n_features": [32, 64, 32, 64, 9],
            "classifier": "softmax",
            "n_seeds": 1,
            "validation_accuracy_mean": [0.1, 0.2, 0.3, 0.4, 0.5],
            "test_accuracy_mean": [0.11, 0.21, 0.31, 0.41, 0.51],
            "test_accuracy_std": None,
        }
    ).to_csv(summary, index=False)
    blocks = {
        name: {
            "feature": "bag_of_words",
            "encoding": name.split("_")[0],
            "codebook": {"method": "kmeans", "words": int(name.split("_")[1])},
        }
        for name in names[:4]
    }
    table, svg, png = (tmp_path / name for name in ("a.csv", "a.svg", "a.png"))
    ablate(summary, blocks, table, svg, png)
    found = pd.read_csv(table)
    assert found["representation"].tolist() == names[:4]
    assert found["words"].tolist() == [8, 16, 8, 16]
    assert found["encoding"].tolist() == ["hard", "hard", "triangle", "triangle"]
    assert found["test_accuracy_mean"].tolist() == [0.11, 0.21, 0.31, 0.41]
    drawn = svg.read_text()
    assert all(label in drawn for label in ("hard", "triangle", "words in the codebook"))
    assert png.read_bytes().startswith(b"\x89PNG")


def test_a_line_runs_through_the_first_by_name_and_through_rising_numbers_of_words():
    rows = [
        ("triangle_16", 16, 0.7),
        ("triangle_8_random", 8, 0.9),
        ("triangle_8", 8, 0.5),
    ]
    merged = pd.DataFrame(rows, columns=["representation", "words", "test_accuracy_mean"])
    figure = draw(merged.assign(encoding="triangle", classifier="softmax"))
    dots, line = figure.axes[0].lines
    assert sorted(dots.get_ydata()) == [50, 70, 90]
    assert line.get_xdata().tolist() == [8, 16]
    assert line.get_ydata().tolist() == [50, 70]
