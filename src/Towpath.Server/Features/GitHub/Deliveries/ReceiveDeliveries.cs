using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Web;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;
using MinDataRate = Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>
/// Takes in GitHub's webhooks. The signature over the raw body comes before anything else; without a right one nothing is looked at and nothing is
/// written. 202 means that it is saved; what it tells is read afterwards, so that no payload can do any harm here.
/// </summary>
public sealed class ReceiveDeliveries(WebhookSecret secret, DeliveryInbox inbox, BodyBudget budget, TimeProvider time)
{
    public const string Path = "/webhooks/github";

    /// <summary>GitHub sends no larger ones (GitHub Docs, Webhook events and payloads).</summary>
    internal const int MaximumBody = 25 * 1024 * 1024;

    private const int TryAgainAfter = 10;

    /// <summary>GitHub gives up after ten seconds, so nobody reads an answer after that.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly MinDataRate SlowestSender = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(3));

    /// <summary>It passes by what stands before other routes: a signature is its only credential, and it has limits of its own.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Path, (HttpContext http) => http.RequestServices.GetRequiredService<ReceiveDeliveries>().HandleAsync(http))
            .WithName("receiveDelivery").ExcludeFromDescription().DisableAntiforgery().AllowAnonymous().ShortCircuit();

    public async Task HandleAsync(HttpContext http)
    {
        if (await InTimeAsync(http) is { } refusal) await Replies.WriteAsync(http, refusal.Problem, refusal.RetryAfter);
        else http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task<DeliveryRefusal?> InTimeAsync(HttpContext http)
    {
        using var over = new CancellationTokenSource(Patience, time);
        using var gone = http.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), over);
        try
        {
            return await TryAsync(http, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            return DeliveryRefusal.TooLate(TryAgainAfter);
        }
    }

    private async Task<DeliveryRefusal?> TryAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (secret.Current is not { } key) return DeliveryRefusal.NoApp;
        var signature = http.Request.Headers[WebhookSignature.Header].ToString();
        if (!WebhookSignature.IsPlausible(signature)) return DeliveryRefusal.NotSigned;
        if (http.Request.ContentLength > MaximumBody) return DeliveryRefusal.TooLarge;
        Limit(http.Features);
        using var body = new RawBody(budget);
        if (!await ReadAsync(body, http.Request, cancellationToken)) return DeliveryRefusal.TooLarge;
        if (body.IsWithout) return DeliveryRefusal.Busy(TryAgainAfter);
        if (!WebhookSignature.IsRight(key.Span, body.Bytes, signature)) return DeliveryRefusal.NotSigned;
        if (Describe(http.Request, out var guid, out var @event) is { } wrong) return wrong;
        return await SaveAsync(new ReceivedDelivery(guid, @event, time.GetUtcNow(), PackedBody.Of(body.Bytes)), cancellationToken);
    }

    /// <summary>False when it is too large, which only shows while it is read where its length was not told.</summary>
    private static async Task<bool> ReadAsync(RawBody body, HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await body.ReadAsync(request.BodyReader, request.ContentLength, cancellationToken);
            return true;
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return false;
        }
    }

    private async Task<DeliveryRefusal?> SaveAsync(ReceivedDelivery delivery, CancellationToken cancellationToken)
    {
        if (!inbox.TryAdd(delivery, out var saved)) return DeliveryRefusal.Busy(TryAgainAfter);
        await saved.WaitAsync(cancellationToken);
        return null;
    }

    private static DeliveryRefusal? Describe(HttpRequest request, out Guid guid, out string @event)
    {
        @event = request.Headers["X-GitHub-Event"].ToString();
        if (!Guid.TryParseExact(request.Headers["X-GitHub-Delivery"], "D", out guid)) return DeliveryRefusal.NoGuid;
        if (@event.Length is 0 or > 100 || !@event.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')) return DeliveryRefusal.NoEvent;
        return request.HasFormContentType ? DeliveryRefusal.Form : null;
    }

    private static void Limit(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MaximumBody;
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = SlowestSender;
    }
}
