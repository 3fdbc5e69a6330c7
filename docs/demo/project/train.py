"""Fits a classifier to the training half."""

import pickle

import numpy
from sklearn.linear_model import LogisticRegression

data = numpy.loadtxt("work/train.csv", delimiter=",")
model = LogisticRegression(max_iter=1000, random_state=0).fit(data[:, :-1], data[:, -1])

with open("results/model.pkl", "wb") as file:
    pickle.dump(model, file)
