"""A text adventure, read from standard input: rooms, things, a lamp that burns down, a hungry dragon."""
import random
import sys
import textwrap
from dataclasses import dataclass, field
from enum import Enum
from typing import Callable, Optional


class Direction(Enum):
    NORTH = "n"
    SOUTH = "s"
    EAST = "e"
    WEST = "w"
    UP = "u"
    DOWN = "d"

    @property
    def opposite(self) -> "Direction":
        return {"n": Direction.SOUTH, "s": Direction.NORTH, "e": Direction.WEST, "w": Direction.EAST,
            "u": Direction.DOWN,
                "d": Direction.UP}[self.value]

    @classmethod
    def parse(cls, word: str) -> Optional["Direction"]:
        for direction in cls:
            if word == direction.value or word == direction.name.lower():
                return direction
        return None


@dataclass
class Thing:
    name: str
    description: str
    portable: bool = True
    weight: int = 1
    uses: dict[str, Callable[["Game"], None]] = field(default_factory=dict, repr=False)

    def __str__(self):
        article = "an" if self.name[0] in "aeiou" else "a"
        return f"{article} {self.name}"


@dataclass
class Lamp(Thing):
    fuel: int = 9
    lit: bool = False

    def burn(self) -> Optional[str]:
        if not self.lit:
            return None
        self.fuel -= 1
        if self.fuel <= 0:
            self.lit = False
            return "The lamp flickers and goes out."
        return "The lamp burns low." if self.fuel == 2 else None


@dataclass
class Room:
    name: str
    description: str
    dark: bool = False
    exits: dict[Direction, "Room"] = field(default_factory=dict, repr=False)
    things: list[Thing] = field(default_factory=list, repr=False)
    visited: bool = False
    locked: dict[Direction, str] = field(default_factory=dict)

    def connect(self, direction: Direction, other: "Room") -> None:
        self.exits[direction] = other
        other.exits[direction.opposite] = self


class GameOver(Exception):
    def __init__(self, message: str, won: bool = False):
        super().__init__(message)
        self.won = won


class Refused(Exception):
    """A command that cannot be carried out; its text is the answer."""


COMMANDS: dict[str, str] = {}


def command(*words: str):
    def decorate(method):
        COMMANDS.update(dict.fromkeys(words, method.__name__))
        return method
    return decorate


class Game:
    MAX_WEIGHT = 5

    def __init__(self, seed: int = 5):
        self.random = random.Random(seed)
        self.turns = self.score = 0
        self.inventory: list[Thing] = []
        self.dragon_awake = False
        self.history: list[str] = []
        self.room = self.build()

    def build(self) -> Room:
        gate = Room("Castle gate", "You stand before a ruined castle. Ivy covers the walls, and a gate leads north.")
        hall = Room("Great hall",
            "A huge hall. Stairs lead up and, half hidden by rubble, down. Doors lead east and west.")
        kitchen = Room("Kitchen", "Cold ashes lie in the fireplace; somebody left in a hurry.")
        library = Room("Library", "Shelf after shelf of books, all of them about dragons.")
        tower = Room("Tower", "From here you see the whole valley. The wind howls.")
        cellar = Room("Cellar", "Barrels and cobwebs. It smells of smoke.", dark=True)
        lair = Room("Dragon's lair", "Gold! Heaps of gold! And, curled around it, a very large dragon.", dark=True)
        gate.connect(Direction.NORTH, hall)
        hall.connect(Direction.EAST, kitchen)
        hall.connect(Direction.WEST, library)
        hall.connect(Direction.UP, tower)
        hall.connect(Direction.DOWN, cellar)
        cellar.connect(Direction.NORTH, lair)
        cellar.locked[Direction.NORTH] = "key"
        self.lamp = Lamp("lamp", "An oil lamp, half full.", uses={"light": self.light_lamp, "use": self.light_lamp})
        kitchen.things += [self.lamp, Thing("ham", "A whole smoked ham.", weight=3, uses={"eat": self.eat_ham}),
            Thing("oven", "Far too heavy.", portable=False)]
        library.things += [Thing("book", "'How to feed a dragon', by Sir Edmund the Late.",
            uses={"read": self.read_book}), Thing("anvil", "What does an anvil do in a library?", weight=9)]
        tower.things.append(Thing("key", "A rusty iron key."))
        lair.things.append(Thing("crown", "A golden crown, set with rubies.", weight=2))
        self.rooms = [gate, hall, kitchen, library, tower, cellar, lair]
        return gate

    # -- output

    def say(self, text: str) -> None:
        print(textwrap.fill(text, 76, subsequent_indent="  "))

    def look(self, brief: bool = False) -> None:
        if self.too_dark():
            self.say("It is pitch dark. You hear something breathing.")
            return
        print(f"== {self.room.name} ==")
        if not brief:
            self.say(self.room.description)
        if self.room.things:
            self.say("You see " + self.listing(self.room.things) + ".")
        self.say("Exits: " + ", ".join(direction.name.lower() for direction in self.room.exits) + ".")

    @staticmethod
    def listing(things: list[Thing]) -> str:
        names = [str(thing) for thing in things]
        return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]

    # -- helpers

    def too_dark(self) -> bool:
        return self.room.dark and not (self.lamp.lit and (self.lamp in self.inventory or self.lamp in self.room.things))

    def find(self, name: str, *places: list[Thing]) -> Thing:
        if not name:
            raise Refused("What do you mean?")
        for place in places:
            for thing in place:
                if thing.name == name:
                    return thing
        raise Refused(f"There is no {name} here.")

    def carried(self) -> int:
        return sum(thing.weight for thing in self.inventory)

    # -- commands

    @command("look", "l")
    def do_look(self, _: str) -> None:
        self.look()

    @command("go", "walk")
    def do_go(self, word: str) -> None:
        direction = Direction.parse(word)
        if direction is None:
            raise Refused(f"{word!r} is not a direction.")
        if direction in self.room.locked:
            key = self.room.locked[direction]
            if not any(thing.name == key for thing in self.inventory):
                raise Refused("That door is locked.")
            del self.room.locked[direction]
            self.score += 10
            self.say("The key turns with a terrible noise.")
        if direction not in self.room.exits:
            raise Refused("You cannot go that way.")
        self.room = self.room.exits[direction]
        self.look(brief=self.room.visited)
        if not self.room.visited and not self.too_dark():
            self.room.visited, self.score = True, self.score + 1
        if self.room.name == "Castle gate" and any(thing.name == "crown" for thing in self.inventory):
            self.score += 50
            raise GameOver("You walk into the sunlight, with a crown on your head.", won=True)

    @command("take", "get")
    def do_take(self, name: str) -> None:
        if self.too_dark():
            raise Refused("You grope about in the dark and find nothing.")
        if name == "all":
            for thing in [t for t in self.room.things if t.portable]:
                try:
                    self.do_take(thing.name)
                except Refused as refused:
                    self.say(f"{thing.name}: {refused}")
            return
        thing = self.find(name, self.room.things)
        if not thing.portable or self.carried() + thing.weight > self.MAX_WEIGHT:
            raise Refused(
                f"The {name} is too heavy{'' if thing.weight > self.MAX_WEIGHT or not thing.portable else ' with all you carry'}.")
        if name == "crown" and self.dragon_awake:
            raise GameOver("The dragon does not like thieves. You are a small heap of ashes.")
        self.room.things.remove(thing)
        self.inventory.append(thing)
        self.say(f"Taken: {thing}.")

    @command("drop", "put")
    def do_drop(self, name: str) -> None:
        thing = self.find(name, self.inventory)
        self.inventory.remove(thing)
        if thing.name == "ham" and self.room.name == "Dragon's lair":
            self.score += 20
            self.dragon_awake = False
            self.say("The dragon swallows the ham whole, sighs, and falls asleep again.")
        else:
            self.room.things.append(thing)
            self.say("Dropped.")

    @command("inventory", "i")
    def do_inventory(self, _: str) -> None:
        self.say(f"You carry {self.listing(self.inventory)} ({self.carried()} of {self.MAX_WEIGHT})." if self.inventory else "You carry nothing.")

    @command("examine", "x")
    def do_examine(self, name: str) -> None:
        thing = self.find(name, self.inventory, self.room.things)
        self.say(thing.description + (f" It has oil for {thing.fuel} turns." if isinstance(thing, Lamp) else ""))

    @command("read", "eat", "light", "use")
    def do_use(self, name: str) -> None:
        verb = self.history[-1].split()[0]
        thing = self.find(name, self.inventory)
        if verb not in thing.uses:
            raise Refused(f"You cannot {verb} {thing}.")
        thing.uses[verb](self)

    def light_lamp(self, _):
        if self.lamp.fuel <= 0:
            raise Refused("There is no oil left.")
        self.lamp.lit = not self.lamp.lit
        self.say(f"The lamp is {'lit' if self.lamp.lit else 'out'}.")

    def eat_ham(self, _):
        raise Refused("You have a feeling that somebody else might like it more.")

    def read_book(self, _):
        self.score += 5
        self.say("'A dragon that has eaten ham sleeps for a day. A dragon that has not eaten does not sleep.'")

    @command("wait", "z")
    def do_wait(self, _: str) -> None:
        self.say(self.random.choice(["Time passes.", "A bat flutters by.", "Somewhere, water drips."]))

    @command("score")
    def do_score(self, _: str) -> None:
        self.say(f"{self.score} points in {self.turns} turns; {sum(r.visited for r in self.rooms)} of {len(self.rooms)} rooms seen.")

    @command("help", "?")
    def do_help(self, _: str) -> None:
        by_method: dict[str, list[str]] = {}
        for word, method in COMMANDS.items():
            by_method.setdefault(method, []).append(word)
        print("Commands:", "; ".join("/".join(words) for words in by_method.values()))

    @command("quit", "q")
    def do_quit(self, _: str) -> None:
        raise GameOver("You leave the castle to its dragon.")

    def after_turn(self) -> None:
        if message := self.lamp.burn():
            self.say(message)
        if self.room.name == "Dragon's lair":
            if self.too_dark():
                raise GameOver("In the dark, you step on something's tail.")
            ham_given = not any(t.name == "ham" for r in self.rooms for t in r.things) and not any(
                t.name == "ham" for t in self.inventory)
            if not ham_given:
                if self.dragon_awake:
                    raise GameOver("The dragon has looked at you long enough. It breathes out.")
                self.dragon_awake = True
                self.say("The dragon opens one eye.")

    def play(self, lines) -> None:
        self.look()
        self.room.visited = True
        try:
            for line in lines:
                line = line.strip().lower()
                if not line or line.startswith("#"):
                    continue
                print(f"\n> {line}")
                self.history.append(line)
                words = [word for word in line.split() if word not in {"the", "a", "an", "to"}]
                verb, *rest = words or ["?"]
                if Direction.parse(verb):
                    verb, rest = "go", [verb]
                try:
                    method = COMMANDS.get(verb)
                    if method is None:
                        raise Refused(f"I do not know how to {verb}.")
                    getattr(self, method)(" ".join(rest))
                    self.turns += 1
                    self.after_turn()
                except Refused as refused:
                    self.say(str(refused))
            raise GameOver("The story ends here.")
        except GameOver as over:
            self.say(str(over))
            print(f"\nYou {'win' if over.won else 'lose'} with {self.score} points after {self.turns} turns.")


def main() -> None:
    text = sys.stdin.read()
    for number, story in enumerate(text.split("---\n"), 1):
        print(f"***** story {number}")
        Game().play(story.splitlines())
        print()


if __name__ == "__main__":
    main()
