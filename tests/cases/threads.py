import threading


def work():
    with open("in") as source, open("out", "w") as target:
        target.write(source.read())


thread = threading.Thread(target=work)
thread.start()
thread.join()
