using System.Net;
using System.Net.Sockets;

namespace Towpath.Testing;

/// <summary>
/// Ports of servers that are started later, stopped and started again, or never there. They lie outside of what the system gives to whoever asks for any port and to
/// clients, and each is given out once, to one of all test processes: a name in the abstract namespace stands for it until the process ends.
/// </summary>
public static class Ports
{
    /// <summary>PostgreSQL of <c>tests/postgres.sh</c> begins where these end; Linux gives out ports from 32768 on.</summary>
    private const int First = 10_000, Count = 10_000;

    private static readonly Lock Gate = new();
    private static readonly List<Socket> Reserved = [];

    /// <summary>All different.</summary>
    public static int[] Free(int count) => [.. Enumerable.Range(0, count).Select(_ => FreeRow(1))];

    /// <returns>The first of so many in a row.</returns>
    public static int FreeRow(int count)
    {
        lock (Gate)
        {
            while (true)
            {
                var first = First + Random.Shared.Next(Count - count);
                if (Enumerable.Range(first, count).All(port => TryReserve(port) && IsFree(port))) return first;
            }
        }
    }

    private static bool TryReserve(int port)
    {
        var name = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            name.Bind(new UnixDomainSocketEndPoint($"\0towpath-tests-port-{port}"));
            Reserved.Add(name);
            return true;
        }
        catch (SocketException)
        {
            name.Dispose();
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
