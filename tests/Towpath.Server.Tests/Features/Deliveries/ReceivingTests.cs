using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.Deliveries;

public sealed class ReceivingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signed_delivery_is_kept_before_it_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        var guid = Guid.CreateVersion7();

        Assert.Equal(HttpStatusCode.Accepted, await server.DeliverAsync(guid, Sent.Push()));

        var kept = (await server.Store.Deliveries.ReadAsync(guid, Token))!;
        Assert.Equal(Sent.Push(), Encoding.UTF8.GetString(kept.Payload()));
    }

    [Fact]
    public async Task Event_whose_name_has_a_digit_is_kept()
    {
        await using var server = await TestServer.StartAsync();
        var guid = Guid.CreateVersion7();

        Assert.Equal(HttpStatusCode.Accepted, await server.DeliverAsync(guid, "{}", "projects_v2_item"));

        Assert.Equal(DeliveryState.Ignored, (await server.SettledAsync(guid)).State);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("wrong")]
    [InlineData("of another body")]
    [InlineData("with another secret")]
    [InlineData("SHA-1")]
    public async Task Delivery_without_a_right_signature_is_401_and_leaves_no_row(string signature)
    {
        await using var server = await TestServer.StartAsync();
        var guid = Guid.CreateVersion7();
        using var request = Sent.Request(guid, Sent.Push(), secret: signature == "with another secret" ? "guessed" : TestServer.WebhookSecret);
        if (signature != "with another secret") request.Headers.Remove(WebhookSignature.Header);
        if (signature == "wrong") request.Headers.Add(WebhookSignature.Header, "sha256=" + new string('0', 64));
        if (signature == "of another body") request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(TestServer.WebhookSecret, "{}"u8));
#pragma warning disable CA5350 // That is what is refused.
        if (signature == "SHA-1") request.Headers.Add("X-Hub-Signature", "sha1=" + Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(TestServer.WebhookSecret), Encoding.UTF8.GetBytes(Sent.Push()))));
#pragma warning restore CA5350

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Equal("bad_signature", (await TestServer.ReadAsync<Problem>(response, HttpStatusCode.Unauthorized)).Code);
        Assert.Empty(await server.Store.Deliveries.ListAsync(new DeliveryFilter(), Token));
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Delivery_a_hundred_times_at_once_is_one()
    {
        await using var server = await TestServer.StartAsync();
        var guid = Guid.CreateVersion7();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.DeliverAsync(guid, Sent.Push())));
        await server.SettledAsync(guid);
        Assert.Equal(HttpStatusCode.Accepted, await server.DeliverAsync(guid, Sent.Push(Sent.Sha2, 9)));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.Accepted, status));
        Assert.Single(await server.Store.Deliveries.ListAsync(new DeliveryFilter(), Token));
        Assert.Equal(Sent.Sha, (await server.Store.Facts.RefAsync(7, "refs/heads/main", Token))!.Sha);
    }

    [Theory]
    [InlineData("X-GitHub-Delivery", null, "no_guid")]
    [InlineData("X-GitHub-Delivery", "1' OR '1'='1", "no_guid")]
    [InlineData("X-GitHub-Delivery", "{72d3162e-cc78-11e3-81ab-4c9367dc0958}", "no_guid")]
    [InlineData("X-GitHub-Event", null, "no_event")]
    [InlineData("X-GitHub-Event", "Push; rm", "no_event")]
    public async Task Signed_delivery_without_sense_is_400(string header, string? value, string code)
    {
        await using var server = await TestServer.StartAsync();
        using var request = Sent.Request(Guid.CreateVersion7(), Sent.Push());
        request.Headers.Remove(header);
        if (value is not null) request.Headers.TryAddWithoutValidation(header, value);

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Equal(code, (await TestServer.ReadAsync<Problem>(response, HttpStatusCode.BadRequest)).Code);
        Assert.Empty(await server.Store.Deliveries.ListAsync(new DeliveryFilter(), Token));
    }

    [Fact]
    public async Task Delivery_as_a_form_is_told_what_to_set()
    {
        await using var server = await TestServer.StartAsync();
        using var request = Sent.Request(Guid.CreateVersion7(), "payload=%7B%7D");
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Contains("application/json", (await TestServer.ReadAsync<Problem>(response, HttpStatusCode.UnsupportedMediaType)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_taken_in()
    {
        await using var server = await TestServer.StartAsync(withGitHub: false);
        using var request = Sent.Request(Guid.CreateVersion7(), Sent.Push(), secret: "");

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Equal("no_webhook_secret", (await TestServer.ReadAsync<Problem>(response, HttpStatusCode.NotFound)).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delivery_larger_than_GitHub_sends_is_413(bool toldBefore)
    {
        await using var server = await TestServer.StartAsync();
        using var request = Sent.Request(Guid.CreateVersion7(), "{}");
        request.Content = toldBefore ? new ByteArrayContent(new byte[ReceiveDeliveries.MaximumBody + 1]) : new Endless(ReceiveDeliveries.MaximumBody + 1);
        request.Headers.ExpectContinue = true;

        using var response = await server.Http.SendAsync(request, Token);

        Assert.Equal("too_large", (await TestServer.ReadAsync<Problem>(response, HttpStatusCode.RequestEntityTooLarge)).Code);
    }

    [Fact]
    public async Task Large_delivery_is_kept_whole()
    {
        await using var server = await TestServer.StartAsync();
        var guid = Guid.CreateVersion7();
        var payload = Sent.Push()[..^1] + ",\"long\":\"" + new string('x', 20_000_000) + "\"}";

        Assert.Equal(HttpStatusCode.Accepted, await server.DeliverAsync(guid, payload));

        Assert.Equal(DeliveryState.Handled, (await server.SettledAsync(guid)).State);
        Assert.Equal(payload.Length, (await server.Store.Deliveries.ReadAsync(guid, Token))!.Payload().Length);
    }

    [Fact]
    public async Task Sender_that_stops_half_way_is_cut_off_and_nothing_is_kept()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port, Token);
        var stream = client.GetStream();
        var head = $"POST {ReceiveDeliveries.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n{WebhookSignature.Header}: {WebhookSignature.Of("x", "{}"u8)}\r\n\r\n{{";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Token);

        // It ends by the server's limit, not by the test's.
        var answer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(answer, Token) > 0) { }
        }
        catch (IOException)
        {
            // Cut off.
        }

        Assert.Empty(await server.Store.Deliveries.ListAsync(new DeliveryFilter(), Token));
    }

    [Fact]
    public async Task Senders_that_announce_much_and_bring_little_keep_nobody_out()
    {
        await using var server = await TestServer.StartAsync();
        var strangers = new List<TcpClient>();
        try
        {
            for (var n = 0; n < 8; n++)
            {
                var client = new TcpClient();
                strangers.Add(client);
                await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port, Token);
                var head = $"POST {ReceiveDeliveries.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: {ReceiveDeliveries.MaximumBody}\r\n{WebhookSignature.Header}: {WebhookSignature.Of("x", "{}"u8)}\r\n\r\n{{";
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Token);
            }

            for (var n = 0; n < 20; n++) Assert.Equal(HttpStatusCode.Accepted, await server.DeliverAsync(Guid.CreateVersion7(), Sent.Push(second: n)));
        }
        finally
        {
            foreach (var client in strangers) client.Dispose();
        }
    }

    [Fact]
    public void Large_bodies_leave_room_for_small_ones()
    {
        var budget = new BodyBudget();
        Assert.True(budget.TryTake(BodyBudget.Most - BodyBudget.ForSmall, BodyBudget.Small + 1));
        Assert.False(budget.TryTake(BodyBudget.Small + 1, BodyBudget.Small + 1));
        Assert.True(budget.TryTake(BodyBudget.Small, BodyBudget.Small));
    }

    [Fact]
    public async Task Secret_and_payload_reach_no_log()
    {
        await using var server = await TestServer.StartAsync();
        var guid = Guid.CreateVersion7();
        await server.DeliverAsync(guid, Sent.Push(branch: "canary-branch"));
        await server.DeliverAsync(Guid.CreateVersion7(), """{"canary":"canary-field"}""");
        await server.SettledAsync(guid);

        Assert.DoesNotContain(TestServer.WebhookSecret, server.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", server.Log.All, StringComparison.Ordinal);
    }

    private sealed class Endless(long length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = new byte[64 * 1024];
            for (var left = length; left > 0; left -= block.Length) await stream.WriteAsync(block);
        }

        protected override bool TryComputeLength(out long told)
        {
            told = 0;
            return false;
        }
    }
}
