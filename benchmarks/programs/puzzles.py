"""Search: eight queens, a sudoku by backtracking, knight's moves, edit distance."""


def queens(n, row=0, columns=0, left=0, right=0):
    if row == n:
        return 1
    count = 0
    free = ~(columns | left | right) & (1 << n) - 1
    while free:
        bit = free & -free
        free ^= bit
        count += queens(n, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return count


def solve(grid):
    best = None
    for i in range(81):
        if grid[i] == 0:
            row, column = divmod(i, 9)
            used = {grid[row * 9 + k] for k in range(9)} | {grid[k * 9 + column] for k in range(9)}
            corner = row // 3 * 27 + column // 3 * 3
            used |= {grid[corner + a * 9 + b] for a in range(3) for b in range(3)}
            options = [d for d in range(1, 10) if d not in used]
            if best is None or len(options) < len(best[1]):
                best = i, options
                if len(options) < 2:
                    break
    if best is None:
        return True
    for digit in best[1]:
        grid[best[0]] = digit
        if solve(grid):
            return True
    grid[best[0]] = 0
    return False


def knight(size):
    moves = [(1, 2), (2, 1), (-1, 2), (-2, 1), (1, -2), (2, -1), (-1, -2), (-2, -1)]
    distance = {(0, 0): 0}
    frontier = [(0, 0)]
    while frontier:
        following = []
        for x, y in frontier:
            for dx, dy in moves:
                cell = x + dx, y + dy
                if 0 <= cell[0] < size and 0 <= cell[1] < size and cell not in distance:
                    distance[cell] = distance[x, y] + 1
                    following.append(cell)
        frontier = following
    return max(distance.values())


def edit_distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


grid = [int(c) for c in "000000010400000000020000000000050407008000300001090000300400200050100000000806000"]
print(queens(8), queens(9), solve(grid), "".join(map(str, grid[:9])), knight(150),
    edit_distance("kitten sitting" * 22, "sitting kitten" * 20))
