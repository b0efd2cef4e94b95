using System.Text;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Tests.Scene;
using Towpath.Testing;

namespace Towpath.Server.Tests.Features.Deliveries;

/// <summary>The ten seconds that GitHub waits, on a clock that the test moves.</summary>
public sealed class PatienceTests
{
    [Fact]
    public async Task Delivery_that_cannot_be_saved_in_time_is_503_so_that_nobody_takes_it_for_kept()
    {
        var time = new VirtualTime();
        var store = new HeldStore();
        using var inbox = new DeliveryInbox(store, new Rush(time), time);
        await inbox.StartAsync(TestContext.Current.CancellationToken);
        var http = Request();

        var answered = Task.Run(() => Receiver(inbox, time).HandleAsync(http), TestContext.Current.CancellationToken);
        await store.ArrivedAsync(TestContext.Current.CancellationToken);
        Assert.Equal(StatusCodes.Status200OK, http.Response.StatusCode);
        time.Advance(ReceiveDeliveries.Patience);
        await answered;

        Assert.Equal((StatusCodes.Status503ServiceUnavailable, "10"), (http.Response.StatusCode, http.Response.Headers.RetryAfter.ToString()));
        store.Let(new CommitOutcome.Committed());
    }

    private static DefaultHttpContext Request()
    {
        var body = Encoding.UTF8.GetBytes(Sent.Push());
        var http = new DefaultHttpContext { Request = { Method = "POST", Path = ReceiveDeliveries.Path, Body = new MemoryStream(body), ContentLength = body.Length }, Response = { Body = new MemoryStream() } };
        http.Request.Headers[WebhookSignature.Header] = WebhookSignature.Of(TestServer.WebhookSecret, body);
        http.Request.Headers["X-GitHub-Delivery"] = Guid.CreateVersion7().ToString();
        http.Request.Headers["X-GitHub-Event"] = "push";
        return http;
    }

    private static ReceiveDeliveries Receiver(DeliveryInbox inbox, TimeProvider time) => new(new WebhookSecret(new ServerOptions
    {
        Urls = [], DataFolder = "/", ConfigurationFolder = "/", GitHub = new GitHubCredentials { WebhookSecret = TestServer.WebhookSecret },
    }, new FixedApp(null)), inbox, new BodyBudget(), time);
}
