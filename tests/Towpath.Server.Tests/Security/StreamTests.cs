using System.Net;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Security;

/// <summary>Event streams: what they tell whom, how they resume, and when they end.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("/api/v1/events")]
    [InlineData("/api/v1/deployments/{id}/log/stream")]
    public async Task Open_stream_ends_when_its_token_is_revoked(string path)
    {
        await using var server = await TestServer.StartAsync();
        await server.BuildAsync();
        var waiting = await server.PromoteAsync("staging");
        var token = await server.PostAsync<NewToken>("ada", "/api/v1/tokens", new { user = "vera", name = "watching" }, HttpStatusCode.Created);
        using var request = new HttpRequestMessage(HttpMethod.Get, path.Replace("{id}", waiting.Id, StringComparison.Ordinal));
        request.Headers.Authorization = new("Bearer", token.Token);
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("event: ping", await reader.ReadLineAsync());

        await server.SendAsync("ada", HttpMethod.Delete, $"/api/v1/tokens/{token.Id}");

        // The stream ends by itself; that this line returns is the proof.
        await reader.ReadToEndAsync();
    }

    [Fact]
    public async Task Open_stream_ends_when_its_token_expires()
    {
        await using var server = await TestServer.StartAsync();
        var token = await server.PostAsync<NewToken>("ada", "/api/v1/tokens", new { user = "vera", name = "short", expires_in_seconds = 1 }, HttpStatusCode.Created);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Authorization = new("Bearer", token.Token);
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        await response.Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task Stream_ends_when_the_role_is_taken_away()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.SendAsync("vera", HttpMethod.Get, "/api/v1/events");

        server.Folder.Write("organization.yaml", Folder.Organization.Replace("[vera]", "[walter]", StringComparison.Ordinal));

        await response.Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task Changes_are_told_to_those_who_may_read_them()
    {
        await using var server = await TestServer.StartAsync();
        await server.BuildAsync();
        using var mine = await server.SendAsync("vera", HttpMethod.Get, "/api/v1/events");
        using var others = await server.SendAsync("otto", HttpMethod.Get, "/api/v1/events");
        Assert.Equal("no", Assert.Single(mine.Headers.GetValues("X-Accel-Buffering")));
        using var readsMine = new StreamReader(await mine.Content.ReadAsStreamAsync());
        using var readsOthers = new StreamReader(await others.Content.ReadAsStreamAsync());

        var deployment = await server.PromoteAsync("free");
        await server.SendAsync("ada", HttpMethod.Put, "/api/v1/applications/other/environments/live/lock", new { reason = "quiet" });

        await UntilAsync(readsMine, line => line.Contains(deployment.Id, StringComparison.Ordinal));
        var heard = await UntilAsync(readsOthers, line => line.Contains("other/live", StringComparison.Ordinal));
        Assert.DoesNotContain(heard, line => line.Contains("web", StringComparison.Ordinal) || line.Contains(deployment.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_of_deliveries_are_told_to_administrators_alone()
    {
        await using var server = await TestServer.StartAsync();
        using var mine = await server.SendAsync("ada", HttpMethod.Get, "/api/v1/events");
        using var others = await server.SendAsync("vera", HttpMethod.Get, "/api/v1/events");
        using var readsMine = new StreamReader(await mine.Content.ReadAsStreamAsync());
        using var readsOthers = new StreamReader(await others.Content.ReadAsStreamAsync());

        var settled = new DeliveryOutcome(Guid.CreateVersion7(), DeliveryState.Handled, TimeProvider.System.GetUtcNow(), null);
        await server.Store.CommitAsync(new Commit { Changes = [new Change.SettleDelivery(settled)] }, CancellationToken.None);
        await server.SendAsync("ada", HttpMethod.Put, "/api/v1/applications/web/environments/free/lock", new { reason = "quiet" });

        var heard = await UntilAsync(readsMine, line => line.Contains("web/free", StringComparison.Ordinal));
        Assert.Contains(heard, line => line.Contains("delivery", StringComparison.Ordinal));
        heard = await UntilAsync(readsOthers, line => line.Contains("web/free", StringComparison.Ordinal));
        Assert.DoesNotContain(heard, line => line.Contains("delivery", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_stream_goes_on_after_the_last_event_that_was_seen()
    {
        await using var server = await TestServer.StartAsync();
        await server.BuildAsync();
        var deployment = await server.PromoteAsync("free");
        await server.UntilAsync(deployment.Id, Core.Deployments.Phase.Succeeded);
        await server.Store.AppendLogAsync(new(deployment.Id), [new LogLine(0, TimeProvider.System.GetUtcNow(), "late", "one more")], CancellationToken.None);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/deployments/{deployment.Id}/log/stream");
        request.Headers.Authorization = new("Bearer", await server.TokenAsync("vera"));
        request.Headers.Add("Last-Event-ID", "1");

        using var response = await server.Http.SendAsync(request);

        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("switched to", text, StringComparison.Ordinal);
        Assert.Contains("\"text\":\"one more\"", text, StringComparison.Ordinal);
        Assert.Contains("event: end\ndata: {\"phase\":\"succeeded\"}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_stops_while_streams_are_open()
    {
        var server = await TestServer.StartAsync();
        using var response = await server.SendAsync("vera", HttpMethod.Get, "/api/v1/events");
        var reading = response.Content.ReadAsStringAsync();

        await server.DisposeAsync();

        await reading;
    }

    private static async Task<List<string>> UntilAsync(StreamReader reader, Func<string, bool> found)
    {
        var lines = new List<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (found(line)) return lines;
        }

        throw new IOException("the stream ended: " + string.Join('\n', lines));
    }
}
