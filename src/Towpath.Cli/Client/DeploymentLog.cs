using System.Net.ServerSentEvents;
using System.Text.Json;
using Towpath.Cli.Output;
using Towpath.Engine.Storage;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>Reads one deployment's log, page by page or as a stream that goes on where it broke off.</summary>
internal sealed class DeploymentLog(ApiClient api, string deployment)
{
    private const int PageSize = 1000;

    public async Task<Answer<LogPage>> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<LogLine>();
        while (true)
        {
            var after = lines.Count == 0 ? 0 : lines[^1].Sequence;
            var answer = await api.GetAsync($"deployments/{deployment}/log?after={after}&limit={PageSize}", ApiJson.Default.LogPage, cancellationToken);
            if (!answer.Is(out var page, out _)) return answer;
            lines.AddRange(page.Lines);
            if (page.Lines.Count == 0 || page.Complete) return new Answer<LogPage>(page with { Lines = lines }, null);
        }
    }

    public async Task<Answer<LogEnd>> FollowAsync(Action<LogLine> onLine, TimeProvider time, CancellationToken cancellationToken)
    {
        long last = 0;
        for (var failures = 0; ;)
        {
            var before = last;
            var (end, failure) = await StreamAsync(last, line => { last = line.Sequence; onLine(line); }, cancellationToken);
            if (end is not null) return new Answer<LogEnd>(end, null);
            failures = last > before ? 0 : failures + 1;
            // A stream that a proxy cut off, or a server that restarts, is gone on with; a refusal is not.
            if (failure is not null && (failure.ExitCode != ExitCodes.Technical || failures > 10)) return new Answer<LogEnd>(null, failure);
            await Task.Delay(TimeSpan.FromMilliseconds(200 * Math.Min(failures, 10)), time, cancellationToken);
        }
    }

    private async Task<(LogEnd? End, Failure? Failure)> StreamAsync(long after, Action<LogLine> onLine, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"deployments/{deployment}/log/stream");
        request.Headers.Add("Accept", "text/event-stream");
        if (after > 0) request.Headers.Add("Last-Event-ID", after.ToString());
        var opened = await api.OpenAsync(request, cancellationToken);
        if (!opened.Is(out var response, out var failure)) return (null, failure);
        using (response) return (await ReadAsync(response, onLine, cancellationToken), null);
    }

    private static async Task<LogEnd?> ReadAsync(HttpResponseMessage response, Action<LogLine> onLine, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
            {
                if (item.EventType == "end") return JsonSerializer.Deserialize(item.Data, ApiJson.Default.LogEnd);
                if (item.EventType == "line" && JsonSerializer.Deserialize(item.Data, ApiJson.Default.LogLine) is { } line) onLine(line);
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // Cut off: the caller opens it again behind the last line.
        }

        return null;
    }
}
