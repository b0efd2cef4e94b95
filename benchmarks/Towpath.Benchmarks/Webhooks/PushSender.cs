using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>Sends signed pushes at a steady rate, whether or not anybody keeps up.</summary>
internal sealed class PushSender(string examples, ServerProcess server, SampleOrganization organization)
{
    private const int Connections = 64;

    private readonly PushTemplate _template = PushTemplate.Of(examples, organization.Installation);

    public List<(string Commit, DateTimeOffset At)> Sent { get; } = [];

    public async Task SendAsync(int count, int perSecond, CancellationToken cancellationToken)
    {
        var waiting = Channel.CreateUnbounded<(int Repository, string Commit)>();
        var senders = Enumerable.Range(0, Connections).Select(_ => Task.Run(() => DeliverAsync(waiting.Reader, cancellationToken), cancellationToken)).ToList();
        var start = Clock.Time.GetTimestamp();
        for (var n = 0; n < count; n++)
        {
            var due = TimeSpan.FromSeconds((double)n / perSecond) - Clock.Time.GetElapsedTime(start);
            if (due > TimeSpan.FromMilliseconds(1)) await Clock.Wait((int)due.TotalMilliseconds, cancellationToken);
            var number = Sent.Count;
            var commit = organization.Commits[number];
            Sent.Add((commit, Clock.Time.GetUtcNow()));
            waiting.Writer.TryWrite((number % organization.Repositories, commit));
        }

        waiting.Writer.Complete();
        await Task.WhenAll(senders);
    }

    private async Task DeliverAsync(ChannelReader<(int Repository, string Commit)> waiting, CancellationToken cancellationToken)
    {
        using var socket = new DeliverySocket(server.Address, server.Path);
        await socket.ConnectAsync(cancellationToken);
        await foreach (var (repository, commit) in waiting.ReadAllAsync(cancellationToken))
            if (!await socket.SendAsync(_template.Fill(repository, commit), cancellationToken)) throw new InvalidOperationException("a push was refused");
    }
}

/// <summary>
/// The published example of a push, with the places where one differs from another. All that differs has the same length everywhere, so that it is written over:
/// making JSON anew for each would take more of the processor than the server needs to read it.
/// </summary>
internal sealed class PushTemplate
{
    private const string Commit = "cccccccccccccccccccccccccccccccccccccccc";
    private const string Name = "app-9999";
    private const long Id = 8_888_888;
    private const long PushedAt = 7_777_777_777;
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes(Payloads.Secret);

    private readonly byte[] _body;
    private readonly (string Of, List<int> At)[] _places;

    private PushTemplate(byte[] body)
    {
        _body = body;
        _places = [.. new[] { Commit, Name, $"{Id}", $"{PushedAt}" }.Select(text => (text, PlacesOf(Encoding.ASCII.GetBytes(text))))];
    }

    public static PushTemplate Of(string examples, long installation)
    {
        var push = JsonNode.Parse(examples)!.AsArray().Single(e => (string)e!["name"]! == "push")!["examples"]!.AsArray()
            .First(e => e!["head_commit"] is not null && e["installation"] is not null)!.DeepClone().AsObject();
        push["ref"] = "refs/heads/main";
        (push["before"], push["after"], push["created"], push["deleted"]) = (new string('1', 40), Commit, false, false);
        push["head_commit"]!["id"] = Commit;
        push["installation"]!["id"] = installation;
        var of = push["repository"]!.AsObject();
        (of["id"], of["name"], of["full_name"]) = (Id, Name, $"{SampleOrganization.Owner}/{Name}");
        (of["owner"]!["login"], of["owner"]!["id"], of["pushed_at"]) = (SampleOrganization.Owner, 77, PushedAt);
        return new PushTemplate(Encoding.UTF8.GetBytes(push.ToJsonString()));
    }

    public Payload Fill(int repository, string commit)
    {
        var body = _body.AsSpan().ToArray();
        string[] values =
        [
            commit, SampleOrganization.NameOf(repository)[(SampleOrganization.Owner.Length + 1)..], SampleOrganization.IdOf(repository).ToString(CultureInfo.InvariantCulture),
            Clock.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        ];
        for (var n = 0; n < values.Length; n++)
        {
            if (values[n].Length != _places[n].Of.Length) throw new InvalidOperationException($"'{values[n]}' does not take the place of '{_places[n].Of}'");
            foreach (var at in _places[n].At) Encoding.ASCII.GetBytes(values[n], body.AsSpan(at));
        }

        return new Payload("push", body, "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Secret, body)));
    }

    private List<int> PlacesOf(byte[] text)
    {
        List<int> places = [];
        for (var from = 0; _body.AsSpan(from).IndexOf(text) is var at and >= 0; from = places[^1] + text.Length) places.Add(from + at);
        return places.Count > 0 ? places : throw new InvalidOperationException($"the example has no place for '{Encoding.ASCII.GetString(text)}'");
    }
}
