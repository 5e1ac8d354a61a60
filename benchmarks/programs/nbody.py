"""Floats: the planets of the solar system pulled about by each other."""
import math


class Body:
    def __init__(self, mass, *state):
        self.mass = mass
        self.x, self.y, self.z, self.vx, self.vy, self.vz = state


def system():
    bodies = [Body(39.47, 0, 0, 0, 0, 0, 0)]
    for i in range(1, 5):
        angle = i * 1.3
        radius = 4.0 * i
        speed = math.sqrt(39.47 / radius)
        bodies.append(Body(0.04 / i, radius * math.cos(angle), radius * math.sin(angle), 0.1 * i,
            -speed * math.sin(angle), speed * math.cos(angle), 0.01 * i))
    return bodies


def advance(pairs, bodies, dt, steps):
    for _ in range(steps):
        for a, b in pairs:
            dx = a.x - b.x
            dy = a.y - b.y
            dz = a.z - b.z
            distance = dx * dx + dy * dy + dz * dz
            pull = dt / (distance * math.sqrt(distance))
            a.vx -= dx * b.mass * pull
            a.vy -= dy * b.mass * pull
            a.vz -= dz * b.mass * pull
            b.vx += dx * a.mass * pull
            b.vy += dy * a.mass * pull
            b.vz += dz * a.mass * pull
        for body in bodies:
            body.x += dt * body.vx
            body.y += dt * body.vy
            body.z += dt * body.vz


def energy(bodies):
    total = sum(0.5 * b.mass * (b.vx ** 2 + b.vy ** 2 + b.vz ** 2) for b in bodies)
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            total -= a.mass * b.mass / math.dist((a.x, a.y, a.z), (b.x, b.y, b.z))
    return total


bodies = system()
pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]
before = energy(bodies)
advance(pairs, bodies, 0.001, 110_000)
print(f"{before:.9f} {energy(bodies):.9f}")
