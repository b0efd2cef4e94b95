using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>The published example payloads (npm, @octokit/webhooks-examples), each signed once.</summary>
internal sealed class Payloads
{
    public const string Package = "@octokit/webhooks-examples@7.6.1";
    public const string Secret = "the-benchmarks-webhook-secret";

    private Payloads(IReadOnlyList<Payload> all) => All = all;

    public IReadOnlyList<Payload> All { get; }

    public double MeanKilobytes => All.Average(p => p.Body.Length) / 1000;

    public static Payloads Read(string packages)
    {
        var index = JsonNode.Parse(File.ReadAllText(Path.Combine(packages, "node_modules/@octokit/webhooks-examples/api.github.com/index.json")))!.AsArray();
        return new Payloads([.. index.SelectMany(e => e!["examples"]!.AsArray().Select(example => Of(e["name"]!.GetValue<string>(), example!)))]);
    }

    private static Payload Of(string name, JsonNode example)
    {
        var body = Encoding.UTF8.GetBytes(example.ToJsonString());
        return new Payload(name, body, "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)));
    }
}

internal sealed record Payload(string Event, byte[] Body, string Signature);

/// <summary>GUIDs as GitHub gives them: version 1, from a clock, so that those of one minute differ in their first digits.</summary>
internal static class DeliveryGuids
{
    private static long _ticks = 138_000_000_000_000_000 + TimeProvider.System.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks;

    public static Guid Next()
    {
        var ticks = Interlocked.Add(ref _ticks, 97);
        return new Guid(unchecked((int)ticks), unchecked((short)(ticks >> 32)), unchecked((short)(((ticks >> 48) & 0x0fff) | 0x1000)), 0x81, 0xab, 0x4c, 0x93, 0x67, 0xdc, 0x09, 0x58);
    }
}
