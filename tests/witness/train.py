import pickle

import numpy
from sklearn.linear_model import LogisticRegression

data = numpy.loadtxt("data.csv", delimiter=",")
model = LogisticRegression().fit(data[:, :2], data[:, 2])
with open("model.pkl", "wb") as file:
    pickle.dump(model, file)
