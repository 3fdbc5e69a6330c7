#!/usr/bin/env python3
"""Which sources can be compiled as one: prints "GROUP SOURCE" for each, GROUP "-" for one that stays alone.

usage: unity.py GROUP_SIZE SOURCE...

What a source declares in an unnamed namespace, or as a macro, no other source of its group mentions. This reads
lines, not C++: the sources are formatted, so that what stands in a namespace starts its line.
"""
import re
import sys

DECLARED = re.compile(r'\b(?:enum\s+class|struct|class|enum|using)\s+(\w+)|~?(\w+)\s*(?=\(|\[|\{|=|;)')
# No member and nothing qualified: those mean the same wherever they stand.
MENTIONED = re.compile(r'(?<![\w.:>])\w+')
NO_CODE = re.compile(r'"(?:\\.|[^"\\])*"|//.*')
# Those words stand where a name may stand.
NO_NAMES = {'if', 'for', 'while', 'switch', 'return', 'sizeof', 'alignas', 'decltype', 'noexcept', 'requires'}


def names_in(path):
    """What the source declares for itself alone, and the names in it."""
    names, words, inside = set(), set(), False
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            words.update(MENTIONED.findall(NO_CODE.sub('', line)))
            if line.startswith('#define'):
                names.add(line.split()[1].split('(')[0])
            elif line.startswith('namespace {'):
                inside = True
            elif line.startswith('}  // namespace\n'):
                inside = False
            elif line[0].isspace() or line.startswith('//'):
                continue
            elif inside or line.startswith('static '):
                names.update(a or b for a, b in DECLARED.findall(line))
    return names - NO_NAMES, words


def main():
    size, sources = int(sys.argv[1]), sys.argv[2:]
    groups = []
    for source in sources:
        names, words = names_in(source)
        for group in groups:
            if len(group['sources']) < size and not names & group['words'] and not words & group['names']:
                break
        else:
            group = {'sources': [], 'names': set(), 'words': set()}
            groups.append(group)
        group['sources'].append(source)
        group['names'] |= names
        group['words'] |= words
    for number, group in enumerate(groups):
        for source in group['sources']:
            print(number if len(group['sources']) > 1 else '-', source)


main()
