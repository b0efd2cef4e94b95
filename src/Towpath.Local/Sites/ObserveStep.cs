using System.Net;
using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Local.Serving;

namespace Towpath.Local.Sites;

/// <summary>Asks the site itself what it serves. Nothing but its own answer counts as success.</summary>
internal sealed class ObserveStep(LocalOptions options, LocalSiteHost host, TimeProvider time) : SiteStep(options), IDisposable
{
    public const string Name = "local-site.observe";
    private const int MaximumAnswer = 1 << 16;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero })
    {
        MaxResponseContentBufferSize = MaximumAnswer,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, SiteInputs inputs, CancellationToken cancellationToken)
    {
        var found = await AskAsync(inputs, cancellationToken);
        if (found is null)
        {
            context.Log($"http://127.0.0.1:{inputs.Port}/ serves {inputs.Digest}");
            return new StepResult.Done();
        }

        if (host.Hosted.FirstOrDefault(hosted => hosted.Key == inputs.Key)?.Problem is { } problem) found = $"{found}: {problem}";
        if (time.GetUtcNow() - context.StartedAt < Options.Sites.ObserveWithin) return new StepResult.Running(RetryAfter, $"not yet: {found}");
        return new StepResult.Failed(
            $"http://127.0.0.1:{inputs.Port}/ did not serve {inputs.Digest} within {Options.Sites.ObserveWithin.TotalSeconds:0} s: {found}");
    }

    public void Dispose() => _client.Dispose();

    /// <returns>Null where it serves what it should, else what was found.</returns>
    private async Task<string?> AskAsync(SiteInputs inputs, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await _client.GetAsync(new Uri($"http://127.0.0.1:{inputs.Port}{SiteStatus.Path}"), either.Token);
            return await CompareAsync(inputs, response, either.Token);
        }
        catch (HttpRequestException e)
        {
            return $"no answer ({PlainText.Of(e.Message, 200)})";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {RequestLimit.TotalSeconds:0} s";
        }
    }

    private static async Task<string?> CompareAsync(SiteInputs inputs, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable)) return $"status {(int)response.StatusCode}, so another program answers there";
        SiteStatus? status;
        try
        {
            status = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), LocalJson.Default.SiteStatus);
        }
        catch (JsonException)
        {
            return "the answer is not Towpath's, so another program answers there";
        }

        if (status is null || status.Application != inputs.Key.Application || status.Environment != inputs.Key.Environment)
            return $"it is the site of {PlainText.Of($"{status?.Application}/{status?.Environment}", 200)}";
        return status.Digest == inputs.Digest ? null : $"it serves {status.Digest?.Value ?? "nothing"}";
    }
}
