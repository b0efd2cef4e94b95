using Towpath.GitHub.Webhooks;
using Towpath.Server.Api;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>Why a delivery was not taken in. GitHub shows it to whoever looks at the webhook's deliveries there.</summary>
internal sealed record DeliveryRefusal(Problem Problem, int? RetryAfter = null)
{
    public static DeliveryRefusal NoApp { get; } = Of(
        StatusCodes.Status404NotFound, "no_webhook_secret", "There is no GitHub App here, so no signature can be checked. Set `github.webhook_secret` in towpath.yaml.");

    public static DeliveryRefusal NotSigned { get; } = Of(
        StatusCodes.Status401Unauthorized, "bad_signature",
        $"The header {WebhookSignature.Header} is missing or does not match the body. The secret of the GitHub App's webhook must be that of `github.webhook_secret`; nothing was kept.");

    public static DeliveryRefusal TooLarge { get; } = Of(
        StatusCodes.Status413PayloadTooLarge, "too_large", $"A delivery may have at most {ReceiveDeliveries.MaximumBody} bytes, which is GitHub's own limit.");

    public static DeliveryRefusal NoGuid { get; } = Of(StatusCodes.Status400BadRequest, "no_guid", "The header X-GitHub-Delivery is missing or no GUID. Whatever stands between GitHub and Towpath must pass it on.");

    public static DeliveryRefusal NoEvent { get; } = Of(StatusCodes.Status400BadRequest, "no_event", "The header X-GitHub-Event is missing or no event's name. Whatever stands between GitHub and Towpath must pass it on.");

    public static DeliveryRefusal Form { get; } = Of(
        StatusCodes.Status415UnsupportedMediaType, "not_json", "The payload came as a form. Set the content type of the webhook to application/json.");

    public static DeliveryRefusal Busy(int seconds) => Of(
        StatusCodes.Status503ServiceUnavailable, "busy", "More deliveries wait to be saved than there is room for. This one was not kept; have GitHub deliver it again, which it can for three days.") with { RetryAfter = seconds };

    public static DeliveryRefusal TooLate(int seconds) => Of(
        StatusCodes.Status503ServiceUnavailable, "too_late", "It was not sent, or could not be saved, within the ten seconds that GitHub waits. Have GitHub deliver it again, which it can for three days.") with { RetryAfter = seconds };

    private static DeliveryRefusal Of(int status, string code, string detail) =>
        new(new Problem { Title = "The delivery was not kept", Status = status, Code = code, Detail = detail });
}
