import sqlite3

connection = sqlite3.connect("db")
connection.execute("create table t (x)")
connection.commit()
