"""What a disk holds when the power goes: made from the journal that faulty_disk.c keeps of a program's run.

The model is stricter than any file system that Sluice is likely to run on:

- what was written to a file is on the disk once the file has been synced, not before, sector by sector, in any order;
- a name (created, renamed, linked, removed) is on the disk once its folder has been synced; a rename is one step, and no name
  comes to the disk before an earlier one, as with the journals of ext4, XFS and Btrfs;
- behind a sync that failed, what it was to bring to the disk never comes there, though later syncs succeed.
"""

import os
import struct

ENTRY = struct.Struct("<IIQQQB7x")


def entries(journal):
    """(kind, inode, folder, number, name, data) of each whole entry of a journal."""
    with open(journal, "rb") as file:
        everything = file.read()
    at = 0
    while at + ENTRY.size <= len(everything):
        name_length, data_length, inode, folder, number, kind = ENTRY.unpack_from(everything, at)
        start = at + ENTRY.size
        end = start + name_length + data_length
        if end > len(everything):
            return  # The kill has cut it: nobody has been told that it was done.
        name = everything[start:start + name_length].decode()
        yield chr(kind), inode, folder, number, name, everything[start + name_length:end]
        at = end


class Node:
    """A file's or a folder's part that is on the disk, and what waits to come there."""

    def __init__(self, is_folder):
        self.is_folder = is_folder
        self.names = {}
        self.contents = bytearray()
        self.waiting = []  # (order, offset, bytes), or (order, size, None) for a new size


class Change:
    """A change of names that waits for the sync of a folder."""

    def __init__(self, order, folders, steps):
        self.order, self.folders, self.steps = order, folders, steps

    def apply(self, names_of):
        for folder, name, node in self.steps:
            if node is None:
                names_of(folder).pop(name, None)
            else:
                names_of(folder)[name] = node


class Disk:
    def __init__(self, root):
        """A disk that holds all that is below `root` now."""
        self.order = 0
        self.root_path = root
        self.nodes = {}
        self.changes = []
        self.said = []
        self.faults = []
        self.root = self._load(root)

    def _load(self, path):
        status = os.lstat(path)
        if status.st_ino in self.nodes:
            return self.nodes[status.st_ino]  # A second link.
        node = Node(os.path.isdir(path))
        self.nodes[status.st_ino] = node
        if node.is_folder:
            for name in os.listdir(path):
                node.names[name] = self._load(os.path.join(path, name))
        else:
            with open(path, "rb") as file:
                node.contents = bytearray(file.read())
        return node

    def node(self, inode):
        # RocksDB's own log alone is written past the journal, and is empty here.
        return self.nodes.setdefault(inode, Node(False))

    def take(self, entry):
        """Takes note of one entry of the journal."""
        kind, inode, folder, number, name, data = entry
        self.order += 1
        if kind == "A":
            self.said.append(data.decode(errors="replace"))
        elif kind == "X":
            self.faults.append(name)
        elif kind in "CD":
            node = self.nodes[inode] = Node(kind == "D")
            self._rename([(folder, name, node)])
        elif kind == "L":
            self._rename([(folder, name, self.node(inode))])
        elif kind == "U":
            self._rename([(folder, name, None)])
        elif kind == "R":
            self._rename([(folder, name, None), (number, data.decode(), self.node(inode))])
        elif kind == "W":
            self.node(inode).waiting.append((self.order, number, data))
        elif kind == "T":
            self.node(inode).waiting.append((self.order, number, None))
        elif kind == "S":
            self._sync(self.node(inode))
        elif kind == "s":
            node = self.node(inode)
            if not node.is_folder:
                node.waiting = []

    def _rename(self, steps):
        steps = [(self.node(folder), name, node) for folder, name, node in steps]
        self.changes.append(Change(self.order, {id(folder) for folder, _, _ in steps}, steps))

    def _sync(self, node):
        if node.is_folder:
            for change in self.changes:
                if id(node) in change.folders:
                    change.apply(lambda folder: folder.names)
            self.changes = [change for change in self.changes if id(node) not in change.folders]
        else:
            for _, place, data in node.waiting:
                _write(node.contents, place, data)
            node.waiting = []

    # What is left

    def kept(self):
        """The folder as a kill leaves it: all that was done is there."""
        return self._tree(lambda change: True, lambda node, order, place, data: [(place, data)])

    def synced(self):
        """The folder when all is lost that was not synced."""
        return self._tree(lambda change: False, lambda node, order, place, data: [])

    def ordered(self, random, sector):
        """The folder when a disk that writes in order stopped somewhere, within a write at the border of a sector."""
        waiting = [change.order for change in self.changes]
        for node in self.nodes.values():
            waiting += [order for order, _, _ in node.waiting]
        last = random.choice(sorted(waiting)) if waiting else 0
        share = random.random()

        def keep(node, order, place, data):
            if order < last:
                return [(place, data)]
            if order > last:
                return []
            if data is None:
                return [(place, None)] if share > 0.5 else []
            end = (place + int(len(data) * share)) // sector * sector
            return [(place, data[:end - place])] if end > place else []

        return self._tree(lambda change: change.order < last or change.order == last and share > 0.5, keep)

    def shuffled(self, random, sector):
        """The folder when each sector of what was not synced is as it was at some time since, and the names are as at another."""
        chance = random.choice([0.1, 0.5, 0.9])
        last = random.choice([change.order for change in self.changes] + [self.order])
        lagging = set()

        def keep(node, order, place, data):
            if data is None:
                return [(place, None)] if random.random() < chance else []
            parts = []
            for number in range(place // sector, (place + len(data) - 1) // sector + 1):
                # The disk has a whole sector: where an earlier write has not come, no later one has.
                if (node, number) in lagging or random.random() >= chance:
                    lagging.add((node, number))
                    continue
                start, end = max(number * sector, place), min((number + 1) * sector, place + len(data))
                parts.append((start, data[start - place:end - place]))
            return parts

        return self._tree(lambda change: change.order < last, keep)

    def _tree(self, keeps_change, keep):
        names = {}

        def names_of(folder):
            if id(folder) not in names:
                names[id(folder)] = dict(folder.names)
            return names[id(folder)]

        for change in self.changes:
            if keeps_change(change):
                change.apply(names_of)
        contents = {}

        def walk(node, path, tree):
            if node.is_folder:
                tree[path] = None
                for name, below in sorted(names_of(node).items()):
                    walk(below, f"{path}/{name}" if path else name, tree)
                return
            # Once for each file: two links to one are the same.
            if id(node) not in contents:
                bytes_now = bytearray(node.contents)
                for order, place, data in node.waiting:
                    for at, part in keep(node, order, place, data):
                        _write(bytes_now, at, part)
                contents[id(node)] = bytes(bytes_now)
            tree[path] = contents[id(node)]

        tree = {}
        walk(self.root, "", tree)
        return tree


def _write(contents, place, data):
    if data is None:
        if place < len(contents):
            del contents[place:]
        else:
            contents.extend(bytes(place - len(contents)))
        return
    if place > len(contents):
        contents.extend(bytes(place - len(contents)))
    contents[place:place + len(data)] = data


def store(tree, root):
    """Writes a folder that is not there yet."""
    for path, contents in tree.items():
        place = os.path.join(root, path) if path else root
        if contents is None:
            os.mkdir(place)
        else:
            with open(place, "wb") as file:
                file.write(contents)
