using Microsoft.Extensions.Logging.Abstractions;
using Towpath.Engine.Storage;
using Towpath.Server.Features.Events;
using Towpath.Server.Web;
using Towpath.Testing;

namespace Towpath.Server.Tests.Features;

public sealed class FailureTests
{
    [Fact]
    public async Task Store_that_does_not_answer_is_503_with_when_to_try_again()
    {
        var (http, body) = await AnswerAsync(new StoreUnavailableException("disk full"));

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, http.Response.StatusCode);
        Assert.Equal("5", http.Response.Headers.RetryAfter.ToString());
        Assert.Contains("store_unavailable", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bug_is_500_and_tells_nothing_of_its_inside()
    {
        var (http, body) = await AnswerAsync(new InvalidOperationException("password=hunter2"));

        Assert.Equal(StatusCodes.Status500InternalServerError, http.Response.StatusCode);
        Assert.DoesNotContain("hunter2", body, StringComparison.Ordinal);
    }

    public static TheoryData<string> Written => [.. Hostile.Messages, .. Hostile.Refs];

    [Theory]
    [MemberData(nameof(Written))]
    [Trait("Attack", "terminal escapes")]
    public void Log_event_is_one_line_whatever_it_holds(string hostile)
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "x", default, $"first {hostile}", new IOException(hostile + "\nb"), (state, _) => state);

        new PlainFormatter(TimeProvider.System).Write(entry, null, text);

        Assert.EndsWith("\n", text.ToString(), StringComparison.Ordinal);
        Assert.Null(Hostile.SteeringIn(text.ToString()[..^1]));
    }

    [Fact]
    public void Start_that_failed_is_left_to_whoever_started_it_to_tell()
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Error, "Microsoft.Extensions.Hosting.Internal.Host", new EventId(11, "HostedServiceStartupFaulted"), "Hosting failed to start", new IOException("a port is in use"), (state, _) => state);

        new PlainFormatter(TimeProvider.System).Write(entry, null, text);

        Assert.Empty(text.ToString());
    }

    [Fact]
    public void Reader_that_does_not_keep_up_is_cut_off_and_holds_nobody_up()
    {
        var feed = new Feed();
        using var subscription = new Subscription(feed, _ => { });

        for (var i = 0; i < 1000; i++) feed.Publish(new ChangeNotice("deployment", i.ToString()));

        Assert.True(subscription.IsTooSlow);
    }

    [Fact]
    public void What_waits_for_a_reader_waits_once_and_is_told_again_after_it_was_read()
    {
        var feed = new Feed();
        using var subscription = new Subscription(feed, _ => { });
        var notice = new ChangeNotice("delivery", "any");

        for (var i = 0; i < 1000; i++) feed.Publish(notice);

        Assert.True(subscription.TryRead(out var read));
        Assert.Equal(notice, read);
        Assert.False(subscription.TryRead(out _));
        Assert.False(subscription.IsTooSlow);
        feed.Publish(notice);
        Assert.True(subscription.TryRead(out _));
    }

    private static async Task<(HttpContext Http, string Body)> AnswerAsync(Exception exception)
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        await new Failures(_ => throw exception, NullLogger<Failures>.Instance).InvokeAsync(http);
        return (http, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    private sealed class Feed : IChangeFeed
    {
        private Action<ChangeNotice> _told = _ => { };

        public IDisposable Subscribe(Action<ChangeNotice> onNotice)
        {
            _told += onNotice;
            return new MemoryStream();
        }

        public void Publish(ChangeNotice notice) => _told(notice);
    }
}
