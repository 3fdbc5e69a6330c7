"""Measures the classifier on the half that it has not seen."""

import json
import pickle

import numpy
from sklearn.metrics import accuracy_score, roc_auc_score

with open("results/model.pkl", "rb") as file:
    model = pickle.load(file)
data = numpy.loadtxt("work/test.csv", delimiter=",")
truth = data[:, -1]

metrics = {
    "accuracy": round(accuracy_score(truth, model.predict(data[:, :-1])), 4),
    "auc": round(roc_auc_score(truth, model.predict_proba(data[:, :-1])[:, 1]), 4),
    "rows": len(truth),
}
with open("results/metrics.json", "w") as file:
    json.dump(metrics, file, indent=2)
    file.write("\n")
