using Towpath.Oci.Calling;
using Towpath.Oci.Tests.Scene;
using Towpath.Testing;

namespace Towpath.Oci.Tests.Hostile;

public sealed class RetryTests
{
    private static readonly TestImage Good = new("retry");

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_passes_is_tried_again_after_as_long_as_the_registry_asks(int status)
    {
        var calls = 0;
        await using var registry = await HostileRegistry.StartAsync(context =>
        {
            if (Interlocked.Increment(ref calls) > 2) return HostileRegistry.ManifestAsync(context, Good.Index);
            context.Response.Headers.RetryAfter = "7";
            return HostileRegistry.ErrorAsync(context, status, "TOOMANYREQUESTS", "slow down");
        });
        var time = new VirtualTime();
        await using var client = new Client(time);

        var asked = client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None);
        var waited = await DriveAsync(time, asked);

        Assert.Equal(Good.Digest, (await asked)!.Digest);
        Assert.Equal(TimeSpan.FromSeconds(14), waited);
    }

    [Fact]
    public async Task After_three_tries_the_registrys_own_words_are_told()
    {
        await using var registry = await HostileRegistry.StartAsync(context => HostileRegistry.ErrorAsync(context, 503, "UNAVAILABLE", "on\\u001bfire"));
        var time = new VirtualTime();
        await using var client = new Client(time);

        var asked = client.Oci.ResolveAsync(registry.Image(), CancellationToken.None);
        await DriveAsync(time, asked);

        // Answers to HEAD have no words.
        Assert.Equal((503, true), ((await Assert.ThrowsAsync<RegistryException>(() => asked)) is { } e ? (e.Failure.Status, e.Failure.IsTransient) : default));
        var read = client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None);
        await DriveAsync(time, read);
        Assert.Contains("UNAVAILABLE: on fire (HTTP 503)", (await Assert.ThrowsAsync<RegistryException>(() => read)).Message, StringComparison.Ordinal);
        Assert.Equal(6, registry.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(418)]
    public async Task What_stays_is_not_tried_again(int status)
    {
        await using var registry = await HostileRegistry.StartAsync(context => HostileRegistry.ErrorAsync(context, status, "DENIED", "no"));
        await using var client = new Client(new VirtualTime());
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None));
        Assert.Equal(("DENIED", status), (refused.Failure.Code, refused.Failure.Status));
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task Registry_that_asks_for_an_hour_is_given_up_on()
    {
        await using var registry = await HostileRegistry.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return HostileRegistry.ErrorAsync(context, 429, "TOOMANYREQUESTS", "later");
        });
        await using var client = new Client(new VirtualTime());
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None));
        Assert.Equal(TimeSpan.FromHours(1), refused.Failure.RetryAfter);
    }

    [Fact]
    public async Task Registry_that_is_not_there_is_unreachable()
    {
        var time = new VirtualTime();
        await using var client = new Client(time);
        var asked = client.Oci.ResolveAsync(Oci.References.ImageReference.Parse("127.0.0.1:1/web:v1"), CancellationToken.None);
        await DriveAsync(time, asked);
        var refused = await Assert.ThrowsAsync<RegistryException>(() => asked);
        Assert.Equal(("unreachable", true), (refused.Failure.Code, refused.Failure.IsTransient));
    }

    [Fact]
    public async Task Registry_that_never_answers_is_not_waited_for_endlessly()
    {
        await using var registry = await HostileRegistry.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        var time = new VirtualTime();
        await using var client = new Client(time);
        var asked = client.Oci.ResolveAsync(registry.Image(), CancellationToken.None);
        for (var answered = 0; !asked.IsCompleted;)
        {
            // Once the request has arrived, only the clock can end it.
            if (registry.Requests.Count > answered) (answered, _) = (answered + 1, Advance(time));
            await DriveAsync(time, Task.WhenAny(asked, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System)));
        }

        Assert.Contains("no answer in time", (await Assert.ThrowsAsync<RegistryException>(() => asked)).Message, StringComparison.Ordinal);
    }

    private static bool Advance(VirtualTime time)
    {
        time.AdvanceTo(time.NextTimer!.Value);
        return true;
    }

    /// <summary>Moves the clock only when the call waits for nothing but the clock; returns how far it was moved for back-off.</summary>
    private static async Task<TimeSpan> DriveAsync(VirtualTime time, Task call)
    {
        var start = time.GetUtcNow();
        while (!call.IsCompleted)
        {
            // Deadlines of requests that are on their way lie a minute ahead; waits for the next try are shorter.
            if (time.NextTimer is { } next && next - time.GetUtcNow() < TimeSpan.FromSeconds(30)) time.AdvanceTo(next);
            else await Task.WhenAny(call, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
        }

        return time.GetUtcNow() - start;
    }
}
