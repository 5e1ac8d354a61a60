"""Classic graph algorithms over one small Graph class, each checked against a property of its result."""
import heapq
import math
import random
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator


class Graph:
    """A directed graph with weighted edges; `undirected` adds both directions."""

    def __init__(self, edges: Iterable[tuple] = (), *, undirected: bool = False):
        self._edges: dict[Hashable, dict[Hashable, float]] = {}
        self.undirected = undirected
        for edge in edges:
            self.add_edge(*edge)

    def add_node(self, node: Hashable) -> None:
        self._edges.setdefault(node, {})

    def add_edge(self, tail: Hashable, head: Hashable, weight: float = 1) -> None:
        self.add_node(tail)
        self.add_node(head)
        self._edges[tail][head] = weight
        if self.undirected:
            self._edges[head][tail] = weight

    def __contains__(self, node): return node in self._edges
    def __iter__(self) -> Iterator: return iter(self._edges)
    def __len__(self): return len(self._edges)
    def __getitem__(self, node): return self._edges[node]

    def edges(self) -> Iterator[tuple]:
        for tail, heads in self._edges.items():
            for head, weight in heads.items():
                yield tail, head, weight

    def reversed(self) -> "Graph":
        result = Graph()
        for node in self:
            result.add_node(node)
        for tail, head, weight in self.edges():
            result.add_edge(head, tail, weight)
        return result

    def __repr__(self):
        return f"<Graph of {len(self)} nodes and {sum(1 for _ in self.edges())} edges>"


class CycleError(ValueError):
    """The graph has a cycle where none is allowed; `cycle` lists its nodes."""

    def __init__(self, cycle):
        super().__init__(" -> ".join(map(str, cycle)))
        self.cycle = cycle


def bfs(graph, start):
    """Yield (node, distance in edges) in the order of discovery."""
    seen, queue = {start}, deque([(start, 0)])
    while queue:
        node, distance = queue.popleft()
        yield node, distance
        for neighbour in graph[node]:
            if neighbour not in seen:
                seen.add(neighbour)
                queue.append((neighbour, distance + 1))


def dfs_postorder(graph, start, seen=None):
    """Yield the nodes reachable from start, children first, without recursion."""
    seen = set() if seen is None else seen
    if start in seen:
        return
    seen.add(start)
    stack = [(start, iter(graph[start]))]
    while stack:
        node, children = stack[-1]
        for child in children:
            if child not in seen:
                seen.add(child)
                stack.append((child, iter(graph[child])))
                break
        else:
            stack.pop()
            yield node


def topological_order(graph):
    """Kahn's algorithm; ties in order of insertion. Raises CycleError."""
    incoming = Counter(head for _, head, _ in graph.edges())
    ready = deque(node for node in graph if not incoming[node])
    order = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for head in graph[node]:
            incoming[head] -= 1
            if not incoming[head]:
                ready.append(head)
    if len(order) < len(graph):
        raise CycleError(find_cycle(graph))
    return order


def find_cycle(graph):
    colour = dict.fromkeys(graph, "white")

    def visit(node, path):
        colour[node] = "grey"
        path.append(node)
        for child in graph[node]:
            if colour[child] == "grey":
                return path[path.index(child):] + [child]
            if colour[child] == "white" and (cycle := visit(child, path)):
                return cycle
        colour[node] = "black"
        path.pop()
        return None

    for node in graph:
        if colour[node] == "white" and (cycle := visit(node, [])):
            return cycle
    return None


def dijkstra(graph, start):
    distances, previous = {start: 0}, {}
    heap = [(0, 0, start)]
    order = 0
    done = set()
    while heap:
        distance, _, node = heapq.heappop(heap)
        if node in done:
            continue
        done.add(node)
        for neighbour, weight in graph[node].items():
            if weight < 0:
                raise ValueError(f"negative weight on {node} -> {neighbour}")
            candidate = distance + weight
            if candidate < distances.get(neighbour, math.inf):
                distances[neighbour] = candidate
                previous[neighbour] = node
                order += 1
                heapq.heappush(heap, (candidate, order, neighbour))
    return distances, previous


def path_to(previous, target):
    path = [target]
    while (node := path[-1]) in previous:
        path.append(previous[node])
    return path[::-1]


def bellman_ford(graph, start):
    distances = {node: math.inf for node in graph} | {start: 0}
    for _ in range(len(graph) - 1):
        changed = False
        for tail, head, weight in graph.edges():
            if distances[tail] + weight < distances[head]:
                distances[head], changed = distances[tail] + weight, True
        if not changed:
            break
    else:
        if any(distances[t] + w < distances[h] for t, h, w in graph.edges()):
            raise CycleError(["negative cycle"])
    return distances


def floyd_warshall(graph):
    nodes = list(graph)
    distance = defaultdict(lambda: math.inf, {(n, n): 0 for n in nodes})
    for tail, head, weight in graph.edges():
        distance[tail, head] = min(weight, distance[tail, head])
    for k in nodes:
        for i in nodes:
            for j in nodes:
                if (through := distance[i, k] + distance[k, j]) < distance[i, j]:
                    distance[i, j] = through
    return distance


def strongly_connected(graph):
    """Tarjan's algorithm; components in reverse topological order."""
    index, low, on_stack, stack, result = {}, {}, set(), [], []

    def connect(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        for child in graph[node]:
            if child not in index:
                connect(child)
                low[node] = min(low[node], low[child])
            elif child in on_stack:
                low[node] = min(low[node], index[child])
        if low[node] == index[node]:
            component = []
            while True:
                member = stack.pop()
                on_stack.discard(member)
                component.append(member)
                if member == node:
                    break
            result.append(sorted(component))

    for node in graph:
        if node not in index:
            connect(node)
    return result


class DisjointSets:
    def __init__(self, items): self.parent = {item: item for item in items}

    def find(self, item):
        while self.parent[item] != item:
            self.parent[item] = item = self.parent[self.parent[item]]
        return item

    def union(self, a, b):
        a, b = self.find(a), self.find(b)
        self.parent[a] = b
        return a != b


def kruskal(graph):
    sets = DisjointSets(graph)
    return [(t, h, w) for t, h, w in sorted(graph.edges(), key=lambda e: (e[2], str(e))) if sets.union(t, h)]


def prim(graph):
    start = next(iter(graph))
    seen, total = {start}, 0
    heap = [(w, start, h) for h, w in graph[start].items()]
    heapq.heapify(heap)
    while heap:
        weight, _, node = heapq.heappop(heap)
        if node not in seen:
            seen.add(node)
            total += weight
            for head, w in graph[node].items():
                heapq.heappush(heap, (w, node, head))
    return total


def max_flow(graph, source, sink):
    """Edmonds-Karp: augment along shortest paths."""
    residual = defaultdict(lambda: defaultdict(int))
    for tail, head, capacity in graph.edges():
        residual[tail][head] += capacity
    total = 0
    while True:
        previous, queue = {source: None}, deque([source])
        while queue and sink not in previous:
            node = queue.popleft()
            for head, capacity in list(residual[node].items()):
                if capacity > 0 and head not in previous:
                    previous[head] = node
                    queue.append(head)
        if sink not in previous:
            return total, sorted(previous)
        path, node = [], sink
        while previous[node] is not None:
            path.append((previous[node], node))
            node = previous[node]
        flow = min(residual[a][b] for a, b in path)
        for a, b in path:
            residual[a][b] -= flow
            residual[b][a] += flow
        total += flow


def bipartite_match(left, neighbours):
    match = {}

    def try_assign(node, seen):
        for other in neighbours(node):
            if other not in seen:
                seen.add(other)
                if other not in match or try_assign(match[other], seen):
                    match[other] = node
                    return True
        return False

    size = sum(try_assign(node, set()) for node in left)
    return size, match


def a_star(grid, start, goal):
    rows, columns = len(grid), len(grid[0])

    def neighbours(cell):
        r, c = cell
        for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            if 0 <= r + dr < rows and 0 <= c + dc < columns and grid[r + dr][c + dc] != "#":
                yield r + dr, c + dc

    cost, previous, expanded = {start: 0}, {}, 0
    heap = [(0, start)]
    while heap:
        _, cell = heapq.heappop(heap)
        expanded += 1
        if cell == goal:
            return path_to(previous, goal), expanded
        for other in neighbours(cell):
            new = cost[cell] + 1
            if new < cost.get(other, math.inf):
                cost[other], previous[other] = new, cell
                heapq.heappush(heap, (new + abs(goal[0] - other[0]) + abs(goal[1] - other[1]), other))
    return None, expanded


def page_rank(graph, damping=0.85, rounds=40):
    rank = dict.fromkeys(graph, 1 / len(graph))
    for _ in range(rounds):
        new = dict.fromkeys(graph, (1 - damping) / len(graph))
        for node in graph:
            targets = graph[node] or graph
            for head in targets:
                new[head] += damping * rank[node] / len(targets)
        rank = new
    return rank


def colour_greedily(graph):
    colours = {}
    for node in sorted(graph, key=lambda n: (-len(graph[n]), n)):
        used = {colours[other] for other in graph[node] if other in colours}
        colours[node] = next(c for c in range(len(graph)) if c not in used)
    return colours


def main():
    roads = Graph([("Bern", "Basel", 95), ("Bern", "Zürich", 125), ("Basel", "Zürich", 88), ("Zürich", "Chur", 120),
        ("Bern", "Genf", 160),
                   ("Genf", "Sion", 155), ("Sion", "Bern", 130), ("Chur", "Lugano", 140)], undirected=True)
    print(roads, list(bfs(roads, "Bern")), list(dfs_postorder(roads, "Bern")))
    distances, previous = dijkstra(roads, "Genf")
    print(distances, path_to(previous, "Lugano"))
    print(bellman_ford(roads, "Genf") == distances, all(floyd_warshall(roads)["Genf", n] == d for n,
        d in distances.items()))
    print(kruskal(roads), sum(w for *_, w in kruskal(roads)) == prim(roads))
    print(colour_greedily(roads))

    tasks = Graph([("shirt", "tie"), ("tie", "jacket"), ("trousers", "shoes"), ("trousers", "belt"), ("belt", "jacket"),
        ("socks", "shoes")])
    print(topological_order(tasks), find_cycle(tasks))
    tasks.add_edge("jacket", "shirt")
    try:
        topological_order(tasks)
    except CycleError as error:
        print("cycle:", error, len(error.cycle))
    print(strongly_connected(tasks), len(strongly_connected(tasks.reversed())))

    negative = Graph([("a", "b", 4), ("a", "c", 2), ("c", "b", -3), ("b", "d", 1)])
    print(bellman_ford(negative, "a"))
    for action in (lambda: dijkstra(negative, "a"), lambda: bellman_ford(Graph([(1, 2, 1), (2, 3, -5), (3, 1, 1)]), 1),
            lambda: roads["Paris"]):
        try:
            action()
        except (ValueError, KeyError) as error:
            print(type(error).__name__, error)

    pipes = Graph([("s", "a", 10), ("s", "c", 8), ("a", "b", 5), ("a", "c", 2), ("c", "d", 10), ("d", "b", 8),
        ("b", "t", 7), ("d", "t", 10)])
    print(max_flow(pipes, "s", "t"))
    skills = {"Ann": "xy", "Bob": "x", "Cem": "yz", "Dot": "z", "Eva": "z"}
    print(bipartite_match(skills, skills.__getitem__))
    grid = ["..#.....", ".##.###.", "....#...", ".####.#.", "......#."]
    path, expanded = a_star(grid, (0, 0), (4, 7))
    print(len(path) - 1, expanded, path)
    print("\n".join("".join("*" if (r, c) in path else cell for c, cell in enumerate(row)) for r,
        row in enumerate(grid)))
    print(a_star(["#.", ".#"], (0, 1), (1, 0)))
    web = Graph([("home", "about"), ("home", "blog"), ("about", "home"), ("blog", "home"), ("blog", "post"),
        ("post", "blog"), ("ad", "home")])
    print({node: round(rank, 4) for node, rank in sorted(page_rank(web).items(), key=lambda item: -item[1])})

    random.seed(2024)
    big = Graph(((random.randrange(300), random.randrange(300), random.randrange(1, 50)) for _ in range(1500)))
    distances, _ = dijkstra(big, next(iter(big)))
    print(big, len(distances), max(distances.values()), bellman_ford(big,
        next(iter(big)))[max(distances)] == distances[max(distances)])
    components = strongly_connected(big)
    print(len(components), max(map(len, components)), sum(map(len, components)) == len(big))
    print(Counter(d for _, d in bfs(big, next(iter(big)))))


if __name__ == "__main__":
    main()
