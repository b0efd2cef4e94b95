using System.Net.Sockets;
using System.Text;

namespace Towpath.Server.Tests.Scene;

/// <summary>Sends a request line as it stands: a client of the framework would put odd paths in order first.</summary>
public static class RawHttp
{
    public static async Task<int> StatusAsync(Uri server, string method, string path, params string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        await using var stream = client.GetStream();
        var request = $"{method} {path} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\nContent-Length: 0\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync() ?? throw new IOException("no answer");
        return int.Parse(line.Split(' ')[1]);
    }
}
