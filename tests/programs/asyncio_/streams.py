# A server and its clients over TCP and a UNIX socket, datagrams, a child process.
import asyncio
import os
import sys
import tempfile


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def talk(connect):
    reader, writer = await connect
    for word in (b"one\n", b"two\n"):
        writer.write(word)
        print((await reader.readline()).decode().strip())
    writer.write_eof()
    print(await reader.read(), reader.at_eof())
    writer.close()
    await writer.wait_closed()


class Datagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport
        self.received = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, address):
        self.received.set_result(data)


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(talk(asyncio.open_connection("127.0.0.1", port)))
    server.close()
    await server.wait_closed()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        async with await asyncio.start_unix_server(echo, path):
            await talk(asyncio.open_unix_connection(path))
    try:
        await asyncio.open_connection("127.0.0.1", 1)
    except ConnectionRefusedError as error:
        print(type(error).__name__, error.errno)
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", 0))
    sender, _ = await loop.create_datagram_endpoint(Datagrams, remote_addr=transport.get_extra_info("sockname"))
    sender.sendto(b"datagram")
    print(await protocol.received)
    sender.close()
    transport.close()
    reader = asyncio.StreamReader()
    reader.feed_data(b"a b c\nrest")
    reader.feed_eof()
    print(await reader.readuntil(b" "), await reader.readexactly(2), await reader.readline(), await reader.read())
    try:
        await reader.readexactly(3)
    except asyncio.IncompleteReadError as error:
        print(error)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print(input()[::-1]); raise SystemExit(3)", stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE)
    print(await process.communicate(b"abc\n"), process.returncode)


asyncio.run(main())
