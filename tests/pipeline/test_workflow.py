"""The real Snakefile on images whose right answers are known."""

import json
import os
import re
import shutil
import sys
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from support.colored_stripes import CLASSES, write
from support.project import TIMED, Run, only

DATA = "my {ü} 'stripes'; \"$HOME\" #1"  # nothing of which may reach a shell
CONFIG = {
    "data": DATA,
    "run": "stripes",
    "test_fraction": 0.4,
    "validation_fraction": 0.3,
    "shard_size": 50,
    "blocks": {
        "color": {"feature": "color_histogram", "bins": 2},
        "hog": {"feature": "hog"},
        "words": {
            "feature": "bag_of_words",
            "codebook": {"words": 8, "patch_size": 4, "patches": 500, "iterations": 4},
        },
    },
    "representations": only(color=["color"], hog=["hog"], all=["color", "hog", "words"]),
    "classifiers": ["svm", "softmax"],
    "sgd": {
        "epochs": 4,
        "steps": 0,
        "gain": 1,
        "batch_size": 8,
        "momentum": 0.9,
        "learning_rates": [0.001, 0.01, 0.1],
        "l2": [0.0001, 0.01],
        "svm": None,
    },
}
N = {"train": 24, "validation": 12, "test": 24}  # of 15 per class: 6 test, 3 of 9 validation
TABLES = ("accuracy", "summary", "sweep", "history", "confusion", "codebook", "data")
TABLES += ("comparisons", "per_class", "calibration")
SETTING = ["representation", "classifier", "seed"]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    made = Run(tmp_path_factory.mktemp("workflow"))
    write(made.folder / DATA, 15)
    made.make("--cores", "2", config=CONFIG)
    return made


def test_tables_have_the_columns_that_they_promise(run):
    columns = {name: ",".join(run.table(name).columns) for name in (*TABLES, "timing", "cost")}
    sweep = "representation,classifier,seed,learning_rate,l2"
    losses = "train_loss,train_accuracy,validation_loss,validation_accuracy"
    assert columns == {
        "accuracy": "representation,n_features,classifier,seed,learning_rate,l2,split,n,accuracy,"
        "balanced_accuracy,loss",
        "summary": "representation,n_features,classifier,n_seeds,validation_accuracy_mean,"
        "test_accuracy_mean,test_accuracy_std,test_balanced_accuracy_mean,"
        "test_unseen_accuracy_mean,test_accuracy_low,test_accuracy_high,test_macro_f1_mean,"
        "like_best,knows",
        "comparisons": "representation,classifier,other_representation,other_classifier,n_images,"
        "n_seeds,difference,low,high,only_first_right,only_other_right,p,p_holm,told_apart",
        "per_class": "representation,classifier,seed,class,precision,recall,f1,support",
        "calibration": "representation,classifier,seed,temperature,calibrated,bin,n,confidence,"
        "accuracy",
        "sweep": f"{sweep},{losses},chance_loss,objective,diverged,finished,chosen,on_edge,gap,"
        "converged_validation_accuracy",
        "history": f"representation,classifier,seed,epoch,{losses}",
        "confusion": "representation,classifier,seed,class,predicted,n",
        "codebook": "block,seed,iteration,inertia,reseeded",
        "data": "kind,what,split,n,example",
        "timing": "rule,job,n_images,seconds,images_per_second,peak_memory_mb",
        "cost": "representation,classifier,test_accuracy_mean,seconds,bytes_per_image,"
        "pareto_seconds,pareto_bytes",
    }


def test_tables_have_a_row_for_everything(run):
    rows = {name: len(run.table(name)) for name in (*TABLES, "timing")}
    assert rows.pop("sweep") >= 6 * 3 * 2  # more where a grid has grown
    # 3 representations x 2 classifiers = 6 models.
    assert rows == {
        "accuracy": (1 + 6) * 3,
        "summary": 1 + 6,
        "history": 6 * 4,
        "confusion": 6 * 4 * 4,
        "comparisons": 6 * 5 / 2,
        "per_class": 6 * 4,
        "calibration": 3 * 2 * 10,  # of softmax alone, without temperature and with it
        "codebook": 4,
        "data": 4 + 1 + 2,  # classes, their size, and sentences on it and on how few they are
        "timing": 1 + 1 + 2 * 2 + 1 + 2 + 3 + 3,
    }


def test_numbers_of_images_and_features(run):
    accuracy = run.table("accuracy")
    assert (accuracy["n"] == accuracy["split"].map(N)).all()
    # Two bins per channel; one block of 2 x 2 cells; four quadrants of eight words.
    n_features = {"majority": 0, "color": 8, "hog": 36, "all": 8 + 36 + 32}
    assert (accuracy["n_features"] == accuracy["representation"].map(n_features)).all()


def merged(confusion: pd.DataFrame, representation: str, part: int) -> float:
    """Accuracy where only the colour (0) or the direction (1) counts, over both classifiers."""
    rows = confusion[confusion["representation"] == representation]
    truth, guess = (rows[side].str.split("_").str[part] for side in ("class", "predicted"))
    return rows.loc[truth == guess, "n"].sum() / rows["n"].sum()


def test_colour_and_direction_are_told_by_the_features_that_see_them(run):
    confusion = run.table("confusion")
    assert merged(confusion, "color", 0) == 1
    assert 0.2 < merged(confusion, "color", 1) < 0.8
    assert merged(confusion, "hog", 1) == 1
    assert 0.2 < merged(confusion, "hog", 0) < 0.8
    accuracy = run.table("accuracy").set_index(["representation", "split"])["accuracy"]
    assert (accuracy["all", "test"] == 1).all()
    assert accuracy["majority", "test"] == 0.25  # of four equal classes


def test_accuracy_is_that_of_the_confusion_matrix(run):
    confusion = run.table("confusion")
    for _, model in confusion.groupby(SETTING):
        assert model["class"].tolist() == np.repeat(CLASSES, 4).tolist()
        assert model["predicted"].tolist() == CLASSES * 4
    assert (confusion.groupby([*SETTING, "class"])["n"].sum() == 6).all()
    right = confusion[confusion["class"] == confusion["predicted"]].groupby(SETTING)["n"].sum()
    accuracy = run.table("accuracy").query("split == 'test' and n_features > 0")
    accuracy = accuracy.set_index(SETTING)
    for column in ("accuracy", "balanced_accuracy"):  # the same, of equal classes
        expected = (right / 24)[accuracy.index]
        np.testing.assert_allclose(accuracy[column], expected, atol=1e-6)


def test_the_summary_repeats_the_accuracies(run):
    summary, accuracy = run.table("summary"), run.table("accuracy")
    for split in ("validation", "test"):
        expected = accuracy[accuracy["split"] == split]["accuracy"]
        assert summary[f"{split}_accuracy_mean"].tolist() == expected.tolist()
    # Of equal classes, with nothing seen.
    assert summary["test_balanced_accuracy_mean"].tolist() == pytest.approx(
        summary["test_accuracy_mean"].tolist(), rel=1e-6
    )
    assert summary["test_unseen_accuracy_mean"].isna().all()
    assert (summary["n_seeds"] == 1).all()
    assert summary["test_accuracy_std"].isna().all()
    readable = (run.folder / "results/stripes/summary.md").read_text()
    first = r"^\| majority +\| 0 +\| +\| 0\.250 +\| 0\.250 +\| 0\.120-0\.449 \| nothing +\|$"
    assert re.search(first, readable, re.MULTILINE)
    # All are right, which with one more wrong and one more right is 25 of 26: 1.96 times the root
    # of 2 * 25 / 26 * 1 / 26 / 26 is 0.1045.
    _, chance, marks, seeds, *_ = readable.split("\n\n")
    assert chance.startswith("24 test images: near the best row, differences under 10 points can ")
    assert marks.startswith("Rows marked * are the best one and those that cannot be told from it")
    assert seeds.startswith("Seeds were not varied: ")
    for row in summary[1:].itertuples():
        pattern = rf"\| {row.representation} +\| {row.n_features} +\| {row.classifier} +\|"
        (line,) = [line for line in readable.splitlines() if re.match(pattern, line)]
        assert f"{row.test_accuracy_mean:.3f}{' *' * row.like_best} " in line


def test_everything_is_found_again_in_the_predictions(run):
    """Accuracies, confusions and comparisons are counted anew from the answers image by image."""
    predictions = pd.read_csv(run.folder / "results/stripes/predictions.csv.gz")
    assert ",".join(predictions.columns) == (
        "image,split,class,representation,classifier,seed,predicted,probability,score,margin"
    )
    assert predictions.groupby([*SETTING, "split"]).size().tolist() == [24, 12] * 6
    right = predictions.assign(right=predictions["class"] == predictions["predicted"])
    accuracy = run.table("accuracy").query("split != 'train' and n_features > 0")
    found = right.groupby([*SETTING, "split"], sort=False)["right"].mean()
    expected = accuracy.set_index([*SETTING, "split"])["accuracy"]
    assert found[expected.index].tolist() == pytest.approx(expected.tolist(), rel=1e-6)
    tested = right[right["split"] == "test"]
    cells = tested.groupby([*SETTING, "class", "predicted"]).size()
    confusion = run.table("confusion").query("n > 0").set_index([*SETTING, "class", "predicted"])
    assert cells.to_dict() == confusion["n"].to_dict()
    table = tested.pivot(index="image", columns=["representation", "classifier"], values="right")
    for row in run.table("comparisons").itertuples():
        one = table[row.representation, row.classifier]
        other = table[row.other_representation, row.other_classifier]
        counts = (one & ~other).sum(), (other & ~one).sum()
        assert (row.n_images, row.only_first_right, row.only_other_right) == (24, *counts)
        assert row.difference == pytest.approx((counts[0] - counts[1]) / 24, abs=1e-6)
        p = binomtest(counts[0], sum(counts)).pvalue if sum(counts) else 1
        assert row.p == pytest.approx(p, rel=1e-6)
        assert row.low <= row.difference <= row.high
    assert predictions["probability"].between(0.25, 1).all()
    assert (predictions["margin"] >= 0).all()


def test_the_chosen_setting_is_the_best_on_validation(run):
    sweep, accuracy = run.table("sweep"), run.table("accuracy")
    grid = {(rate, l2) for rate in (0.001, 0.01, 0.1) for l2 in (0.0001, 0.01)}
    for model, rows in sweep.groupby(SETTING):
        assert set(zip(rows["learning_rate"], rows["l2"], strict=True)) >= grid
        (chosen,) = rows[rows["chosen"]].itertuples()
        best = rows["validation_accuracy"][rows["finished"]].max()
        assert chosen.validation_accuracy >= best - np.sqrt(best * (1 - best) / 12)
        assert chosen.finished
        assert not chosen.diverged
        scored = accuracy.set_index(SETTING).loc[model]
        assert (scored["learning_rate"] == chosen.learning_rate).all()
        assert (scored["l2"] == chosen.l2).all()
        validation = scored.set_index("split").loc["validation"]
        assert validation["accuracy"] == pytest.approx(chosen.validation_accuracy, abs=1e-6)
        assert validation["loss"] == pytest.approx(chosen.validation_loss, rel=1e-3, abs=1e-5)
    assert not sweep[~sweep["chosen"]]["on_edge"].any()


def test_the_history_ends_where_the_sweep_does(run):
    history, sweep = run.table("history"), run.table("sweep").query("chosen")
    for model, rows in history.groupby(SETTING):
        assert rows["epoch"].tolist() == [1, 2, 3, 4]
        columns = ["train_loss", "train_accuracy", "validation_loss", "validation_accuracy"]
        last = sweep.set_index(SETTING).loc[model, columns]
        assert rows.iloc[-1][columns].tolist() == last.tolist()


def test_inertia_falls_in_the_codebook(run):
    codebook = run.table("codebook")
    assert codebook["iteration"].tolist() == [1, 2, 3, 4]
    assert (codebook["block"] == "words").all()
    assert (np.diff(codebook["inertia"]) < 0).all()


def test_pictures_and_provenance(run):
    results = run.folder / "results/stripes"
    svg = (results / "accuracy.svg").read_text()
    assert all(name in svg for name in ("color", "HOG", "all"))
    assert "24 test images" in svg
    assert ">largest class: 25.0 %</text>" in svg
    for name in ("accuracy", "calibration"):
        assert (results / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    provenance = json.loads((results / "provenance.json").read_text())
    used = {**provenance["config"]["sgd"], "svm": None}
    assert used == {**CONFIG["sgd"], "class_weight": "none", "choose_by": "accuracy"}
    assert provenance["seeds"] == [0]
    assert provenance["data"]["data"] == DATA
    assert provenance["data"]["n_images"] == 60
    assert re.fullmatch("[0-9a-f]{64}", provenance["data"]["sha256"])
    assert provenance["machine"]["blas"]["kernels"]
    assert provenance["project"]["revision"] is None  # the project is a copy outside a repository
    assert provenance["files"] == {}


def test_the_config_that_is_written_computes_nothing_again(run):
    config = run.folder / "results/stripes/config.yaml"
    command = [sys.executable, "-m", "snakemake", "-s", run.project / "Snakefile", "--cores", "2"]
    done = run.run([*command, "--directory", run.folder, "--configfile", config, "--dry-run"])
    assert done.returncode == 0, done.stderr
    assert "Nothing to be done" in done.stdout + done.stderr


def test_every_job_notes_time_and_memory(run):
    timing = run.table("timing")
    jobs = {"load": 1, "split": 1, "compute": 4, "fit": 1, "encode": 2, "train": 3, "score": 3}
    assert timing["rule"].value_counts().to_dict() == jobs
    numbers = timing[["n_images", "seconds", "images_per_second", "peak_memory_mb"]]
    assert (numbers > 0).all(axis=None)
    assert timing.query("rule == 'compute'")["n_images"].tolist() == [50, 10, 50, 10]


def test_results_are_the_same_bytes_on_one_core_and_in_other_shards(run):
    run.make("--cores", "1", config={**CONFIG, "run": "other", "shard_size": 13})
    ours, others = (run.folder / "results" / name for name in ("stripes", "other"))
    names = {path.name for path in ours.iterdir()}
    assert names == {path.name for path in others.iterdir()}
    for name in names - TIMED:
        assert (ours / name).read_bytes() == (others / name).read_bytes(), name
    pages = [untimed((folder / "report.html").read_text()) for folder in (ours, others)]
    assert len(pages[0]) > 50_000
    assert pages[0] == pages[1]


def untimed(page: str) -> str:
    """A report without what tells of time, and without the run's name."""
    parts = '<section id="cost".*?</section>|<tr><th[^>]*><a href="cost.csv".*?</tr>'
    return re.sub(f"{parts}|<title>.*?</title>|<h1>.*?</h1>", "", page, flags=re.DOTALL)


def test_a_replay_gives_the_same_bytes(run):
    """But for a table that was changed by hand, of which the line is named."""
    results = run.folder / "results/stripes"
    whole = (results / "codebook.csv").read_text()
    lines = whole.splitlines(keepends=True)
    (results / "codebook.csv").write_text("".join([*lines[:2], "by hand\n", *lines[3:]]))
    command = [sys.executable, "-m", "pipeline.verify", "stripes", "--cores", "2"]
    done = run.run(command)
    (results / "codebook.csv").write_text(whole)
    assert done.returncode == 1, done.stderr
    line, last = done.stdout.splitlines()
    assert line == f"codebook.csv: differs, first in line 3: was by hand, now {lines[2].strip()}"
    n = len([path for path in results.iterdir() if path.name not in TIMED])
    assert last == f"1 of {n} files differ; the replay is in results/verify-stripes."
    shutil.rmtree(run.folder / "results/verify-stripes")
    shutil.rmtree(run.folder / "work/verify-stripes")
    assert not run.would_run(CONFIG)


def test_the_cost_is_that_of_the_jobs(run):
    """Two bytes for each of 8, 36 and 8 + 36 + 32 numbers; seconds by hand from timing.csv."""
    cost, timing = run.table("cost"), run.table("timing")
    sizes = {"color": 16, "hog": 72, "all": 152}
    assert (cost["bytes_per_image"] == cost["representation"].map(sizes)).all()
    seconds = timing.groupby(["rule", timing["job"].fillna("").str.split("-").str[0]])["seconds"]
    spent = seconds.sum()
    hog = spent["compute", "hog"] + spent["train", "hog"] + spent["score", "hog"]
    assert cost.query("representation == 'hog'")["seconds"].tolist() == pytest.approx([hog] * 2)
    words = spent["fit", "bag_of_words"] + spent["encode", "words"]
    both = spent["compute", "hog"] + spent["compute", "color"]
    whole = both + words + spent["train", "all"] + spent["score", "all"]
    assert cost.query("representation == 'all'")["seconds"].tolist() == pytest.approx([whole] * 2)
    accuracy = run.table("summary").query("n_features > 0")["test_accuracy_mean"]
    assert cost["test_accuracy_mean"].tolist() == accuracy.tolist()


def ends_with_the_summary(run: Run, *options: str) -> str:
    """What Snakemake says before the summary, below which only warnings and the paths stand."""
    done = run.snakemake("--cores", "2", *options, config=CONFIG)
    assert done.returncode == 0, done.stderr
    summary = (run.folder / "results/stripes/summary.md").read_text()
    assert done.stdout.startswith("\n" + summary.partition("\n\n")[0])
    results = f"{run.folder}/results/stripes/"
    assert done.stdout.endswith(f"\nResults: {results}\nReport: {results}report.html\n")
    return done.stderr


def test_the_summary_stands_last_and_little_above_it(run):
    said = ends_with_the_summary(run, "--forcerun", "collect")
    assert "rule collect" not in said
    assert "Traceback" not in said


def test_a_second_call_has_nothing_to_do_and_ends_in_the_same_way(run):
    assert "Nothing to be done" in ends_with_the_summary(run)


@pytest.mark.parametrize("option", ["--dry-run", "--summary", "--dag", "--list-rules"])
def test_calls_that_compute_nothing_say_nothing_of_results(run, option):
    said = run.make("--cores", "2", option, config=CONFIG)
    assert "Results: " not in said
    assert "| majority" not in said


def test_what_was_understood_is_shown_alone(run):
    done = run.snakemake("--cores", "2", "data", config=CONFIG)
    place = f"{run.folder}/results/stripes/data.md"
    assert "60 images of 4 classes." in done.stdout
    assert done.stdout.endswith(f"\nWhat was understood of the data: {place}\n")
    assert "| majority" not in done.stdout


def test_a_touch_of_modules_reruns_nothing(run):
    for package in ("features", "pipeline"):
        modules = list((run.project / package).rglob("*.py"))
        assert len(modules) > 10
        for module in modules:
            module.touch()
    assert not run.would_run(CONFIG)


def test_a_touch_of_folders_and_notes_beside_the_images_rerun_nothing(run):
    (run.folder / DATA / "notes.txt").write_text("seen")
    for folder in (run.folder / DATA, *(run.folder / DATA).glob("*/")):
        folder.touch()
    assert not run.would_run(CONFIG)


def test_verified_data_is_told_apart_by_its_content_only(run):
    """A run of its own, in which the contents of all files were read before."""
    verified = {**CONFIG, "run": "verified", "verify_data": True}
    run.make("--cores", "2", "data", config=verified)
    image = min((run.folder / DATA).glob("*/*"))
    before, data = image.stat(), image.read_bytes()
    image.touch()
    assert "load" not in run.would_run(verified)
    image.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(image, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert run.would_run(verified)["load"] == 1
    assert "load" not in run.would_run(CONFIG)
    image.write_bytes(data)
    os.utime(image, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_images_that_come_go_or_change_load_all_again(run):
    old = min((run.folder / DATA).glob("*/*"))
    new, away = old.with_name("new.png"), run.folder / old.name
    shutil.copy(old, new)
    assert run.would_run(CONFIG)["load"] == 1
    new.unlink()
    assert not run.would_run(CONFIG)
    old.rename(away)
    assert run.would_run(CONFIG)["load"] == 1
    shutil.copy(away, old)
    assert run.would_run(CONFIG)["load"] == 1
    away.rename(old)
    assert not run.would_run(CONFIG)


AFTER_HOG = {"train": 2, "score": 2, "bundle": 1, "collect": 1, "account": 1, "cost": 1}
AFTER_HOG |= {"predictions": 1, "plot": 1, "report": 1, "all": 1}


def test_other_settings_of_hog_rerun_hog_and_what_follows_only(run):
    blocks = {**CONFIG["blocks"], "hog": {"feature": "hog", "orientations": 8}}
    assert run.would_run({**CONFIG, "blocks": blocks}) == {"compute": 2, **AFTER_HOG}


def test_an_edit_of_hog_reruns_hog_and_what_follows_only(run):
    assert edited(run, "features/hog.py") == {"compute": 2, **AFTER_HOG}


def test_an_edit_of_the_codebook_reruns_it_and_what_follows_only(run):
    after = {**AFTER_HOG, "train": 1, "score": 1}
    assert edited(run, "features/words/kmeans.py") == {"fit": 1, "encode": 2, **after}


def test_an_edit_of_training_computes_no_feature_again(run):
    assert edited(run, "pipeline/classifiers/linear.py") == {**AFTER_HOG, "train": 3, "score": 3}


def test_an_edit_of_what_all_stages_run_first_reruns_all(run):
    assert edited(run, "pipeline/__init__.py")["load"] == 1


def test_an_edit_of_what_the_folders_are_about_reruns_nothing(run):
    assert not edited(run, "features/__init__.py")
    assert not edited(run, "pipeline/sources/__init__.py")


def test_a_comment_in_the_rules_and_another_number_of_cores_rerun_nothing(run):
    assert not edited(run, "pipeline/blocks/rules.smk")
    assert not run.would_run(CONFIG, "--cores", "1")


def edited(run: Run, name: str) -> Counter:
    module = run.project / name
    before = module.read_text()
    module.write_text(before + "\n# edited\n")
    try:
        return run.would_run(CONFIG)
    finally:
        module.write_text(before)


def test_another_seed_computes_no_plain_feature_again(run):
    jobs = run.would_run({**CONFIG, "seeds": [0, 1]})
    assert "compute" not in jobs
    assert "load" not in jobs
    assert (jobs["split"], jobs["fit"], jobs["encode"], jobs["train"]) == (1, 1, 2, 3)


def test_the_command_line_changes_one_setting_and_reruns_what_it_concerns(run):
    command_line = ("--cores", "2", "--config", "sgd={epochs: 5}", "seeds=[0]")
    assert run.would_run(CONFIG, *command_line) == {**AFTER_HOG, "train": 3, "score": 3}


def fails(run: Run, *words: str, **config) -> str:
    return run.fails(*words, config={**CONFIG, "run": "bad", **config})


def test_an_unknown_key_is_one_line(run):
    fails(run, "'shards'", "did you mean 'shard_size'?", shards=3)


def test_a_missing_path_is_one_line(run):
    fails(run, "data nowhere", "no such folder", data="nowhere")


def test_an_image_smaller_than_a_block_is_one_line(run):
    fails(
        run,
        *("hog", "16x16 pixels", "32x32"),
        blocks={"hog": {"feature": "hog", "pixels_per_cell": 16}},
        representations=only(hog=["hog"]),
    )


def test_a_patch_larger_than_an_image_is_one_line(run):
    words = {"feature": "bag_of_words", "codebook": {"words": 2, "patch_size": 17}}
    fails(
        run,
        *("patch_size is 17", "16x16 pixels"),
        blocks={"words": words},
        representations=only(words=["words"]),
    )


def test_every_mistake_is_said_once_at_the_end(run):
    blocks = {
        "hog": {"feature": "hog", "pixels_per_cell": 16},
        "words": {"feature": "bag_of_words", "codebook": {"words": 2, "patch_size": 17}},
    }
    config = {
        **CONFIG,
        "run": "worse",
        "blocks": blocks,
        "representations": only(hog=["hog"], words=["words"]),
    }
    done = run.snakemake("--cores", "2", "--keep-going", config=config)
    hog, words = done.stderr.splitlines()[-2:]
    assert hog.startswith("error: hog: ")
    assert words.startswith("error: patch_size ")


def test_every_job_leaves_a_log_and_a_mistake_stands_in_its_own(run):
    logs = {path.name.partition("-")[0] for path in (run.folder / "work/stripes/log").iterdir()}
    assert {"load.log", "split", "compute", "fit", "encode", "train", "score"} <= logs
    (write(run.folder / "broken", 3) / "red_lying/bad.png").write_bytes(b"text")
    words = "1 of 13 images cannot be read", "red_lying/bad.png"
    run.fails(*words, config={**CONFIG, "run": "broken", "data": "broken"})
    assert "red_lying/bad.png" in (run.folder / "work/broken/log/load.log").read_text()


def test_a_mistake_that_was_mended_is_not_said_again(run):
    fails(run, "no such folder", data="nowhere")
    fails(run, "hog", blocks={"hog": {"feature": "hog", "pixels_per_cell": 16}},
          representations=only(hog=["hog"]))  # fmt: skip


def test_a_stage_runs_by_hand_with_the_command_that_is_printed(run):
    table = run.folder / "results/stripes/summary.csv"
    before = table.read_bytes()
    said = run.make("--cores", "2", "--forcerun", "collect", "--dry-run", "-p", config=CONFIG)
    (command,) = {line for line in said.splitlines() if "-m pipeline.tables.collect" in line}
    table.unlink()
    run.by_hand(command.partition("Shell command: ")[2])
    assert table.read_bytes() == before


def test_a_path_that_is_called_like_a_source_has_a_run_of_its_own(run):
    write(run.folder / "mine/photos", 15)
    config = {key: value for key, value in CONFIG.items() if key != "run"}
    jobs = run.make("--cores", "2", "--dry-run", config={**config, "data": "mine/photos"})
    assert "results/photos_folder/summary.csv" in jobs
    assert "results/photos/summary.csv" not in jobs
