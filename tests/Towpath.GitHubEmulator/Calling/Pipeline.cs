using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Towpath.GitHubEmulator.Control;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>The one path that every call takes: route, faults, who, limits, whether it may, handler, conditions, journal.</summary>
internal sealed class Pipeline(EmulatorWorld world, Router router, ControlApi control)
{
    private static readonly string[] EnterprisePrefix = ["api", "v3"];

    private int _number;

    public async Task HandleAsync(HttpContext http)
    {
        var path = SegmentsOf(http);
        if (path is ["_emulator", .. var rest])
        {
            await control.HandleAsync(http, rest);
            return;
        }

        var call = new Call(world, http, Interlocked.Increment(ref _number));
        var requestId = $"{Random.Shared.Next(0x1000, 0xFFFF):X4}:{call.Number:X6}";
        http.Response.Headers["X-GitHub-Request-Id"] = requestId;
        try
        {
            call.Body = await ReadAsync(http);
            if (router.TryFind(http.Request.Method, path, out var route, out var values)) (call.Route, call.Values) = (route, values);
            await RunAsOneOfManyAsync(call, requestId);
        }
        catch (Exception left) when (left is BadHttpRequestException || (left is OperationCanceledException && http.RequestAborted.IsCancellationRequested))
        {
            // The client went away, and so does its call.
            Drop(call, requestId);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{call.Route?.Name ?? http.Request.Path}: {bug}");
            await WriteAsync(call, new GitHubFault(500, $"The emulator failed: {bug.Message}").ToAnswer(), requestId);
        }
    }

    private async Task RunAsOneOfManyAsync(Call call, string requestId)
    {
        var key = LimitKeyOf(call);
        world.Limits.Arrive(key);
        try
        {
            await RunAsync(call, requestId);
        }
        finally
        {
            world.Limits.Depart(key);
        }
    }

    private string LimitKeyOf(Call call)
    {
        try
        {
            lock (world.Gate) return Authenticated(call).LimitKey;
        }
        catch (GitHubFault)
        {
            // Refused later, with what is wrong.
            return new Caller.Anonymous().LimitKey;
        }
    }

    private async Task RunAsync(Call call, string requestId)
    {
        var scripted = world.Script.Take(call);
        if (world.Script.Latency > TimeSpan.Zero) await Task.Delay(world.Script.Latency, world.Time, call.Http.RequestAborted);
        if (scripted?.Kind == FaultKind.Delay) await world.Script.WaitAsync(scripted, world.Time, call.Http.RequestAborted);
        if (world.Script.OnBefore is { } before) await before(call);
        if (scripted?.Kind == FaultKind.DropBefore)
        {
            Drop(call, requestId);
            return;
        }

        var answer = Scripted(call, scripted) ?? Handled(call);
        if (scripted?.Kind == FaultKind.ErrorAfter) answer = ErrorOf(scripted);
        if (scripted?.Kind == FaultKind.DelayAfter) await world.Script.WaitAsync(scripted, world.Time, call.Http.RequestAborted);
        if (world.Script.OnAfter is { } after) await after(call);
        if (scripted?.Kind == FaultKind.DropAfter) Drop(call, requestId);
        else await WriteAsync(call, answer, requestId, cut: scripted?.Kind == FaultKind.DropWithin);
    }

    private Answer? Scripted(Call call, ScriptedFault? fault)
    {
        if (fault is null) return null;
        try
        {
            if (fault.Kind == FaultKind.RateLimit) call.Caller = Authenticated(call);
        }
        catch (GitHubFault refused)
        {
            return refused.ToAnswer();
        }

        return fault.Kind switch
        {
            FaultKind.Error => ErrorOf(fault),
            FaultKind.RateLimit => WithHeaders(RateLimits.PrimaryFault(call.Caller).ToAnswer(), [.. world.Limits.HeadersOf(call.Caller, exhausted: true), .. fault.Headers]),
            FaultKind.SecondaryLimit => WithHeaders(
                RateLimits.SecondaryFault(fault.Status is 403 or 429 ? fault.Status : 403, fault.RetryAfter).ToAnswer(), fault.Headers),
            FaultKind.NotJson => new Answer(200) { Text = "<!DOCTYPE html><html><body>Unicorn!</body></html>", ContentType = "text/html; charset=utf-8" },
            _ => null,
        };
    }

    private static Answer ErrorOf(ScriptedFault fault)
    {
        var headers = fault.RetryAfter is { } seconds ? [("Retry-After", seconds.ToString()), .. fault.Headers] : fault.Headers;
        return WithHeaders(new GitHubFault(fault.Status, fault.Message).ToAnswer(), headers);
    }

    private static Answer WithHeaders(Answer answer, IReadOnlyList<(string, string)> more) => answer with { Headers = [.. answer.Headers, .. more] };

    private Answer Handled(Call call)
    {
        var counted = false;
        Answer answer;
        try
        {
            lock (world.Gate)
            {
                world.Scheduler.RunDue();
                call.Caller = Authenticated(call);
                if (call.Route is null) throw GitHubFault.NotFound();
                CheckHeaders(call.Http.Request);
                if (call.Route.Need.Kind != NeedKind.Nothing)
                {
                    world.Limits.Enter(call);
                    counted = true;
                }

                if (Addressed.Repository(call) is { } moved) answer = moved;
                else
                {
                    Authorization.Check(call);
                    answer = call.Route.Handle(call);
                }
            }
        }
        catch (GitHubFault fault)
        {
            answer = fault.ToAnswer();
        }

        world.Description?.Check(call, answer);
        answer = Conditional(call, answer);
        if (counted) world.Limits.Leave(call, costs: answer.Status != StatusCodes.Status304NotModified);
        return answer;
    }

    /// <summary>Pages for browsers know people by their session, not by tokens.</summary>
    private Caller Authenticated(Call call) =>
        call.Route?.Need.Kind == NeedKind.Nothing ? new Caller.Anonymous() : Authentication.CallerOf(world, call.Http.Request);

    private static void CheckHeaders(HttpRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Headers.UserAgent.ToString()))
            throw new GitHubFault(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header");
        if (request.Headers["X-GitHub-Api-Version"] is [var version, ..] && version is not ("2022-11-28" or "2026-03-10"))
            throw new GitHubFault(400, $"The version {version} of the REST API is not supported.");
    }

    /// <summary>An entity tag for what is read, and 304 for whoever has it. Such answers cost no rate.</summary>
    private static Answer Conditional(Call call, Answer answer)
    {
        if (answer.Status != 200 || answer.Body is null || !HttpMethods.IsGet(call.Http.Request.Method)) return answer;
        var text = Text(answer);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}\"";
        var same = call.Http.Request.Headers.IfNoneMatch.Any(t => t is not null && t.Replace("W/", "", StringComparison.Ordinal).Split(", ").Contains(tag));
        IReadOnlyList<(string, string)> headers =
            [.. answer.Headers, ("ETag", $"W/{tag}"), ("Cache-Control", "private, max-age=60, s-maxage=60"), ("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP")];
        return same ? new Answer(StatusCodes.Status304NotModified) { Headers = headers } : answer with { Body = null, Text = text, Headers = headers };
    }

    private static string Text(Answer answer) => answer.Text ?? answer.Body?.ToJsonString(JsonSerializerOptions.Default) ?? "";

    private async Task WriteAsync(Call call, Answer answer, string requestId, bool cut = false)
    {
        var response = call.Http.Response;
        if (response.HasStarted || call.Http.RequestAborted.IsCancellationRequested)
        {
            Drop(call, requestId);
            return;
        }

        response.StatusCode = answer.Status;
        response.Headers.Date = world.Now.ToString("R");
        if (call.Route?.Need.Kind != NeedKind.Nothing)
        {
            response.Headers["X-GitHub-Media-Type"] = "github.v3; format=json";
            response.Headers["x-github-api-version-selected"] = call.Http.Request.Headers["X-GitHub-Api-Version"] is [var version, ..] ? version : "2022-11-28";
            foreach (var (name, value) in world.Limits.HeadersOf(call.Caller)) response.Headers[name] = value;
        }

        foreach (var (name, value) in answer.Headers) response.Headers[name] = value;
        var bytes = Encoding.UTF8.GetBytes(Text(answer));
        if (bytes.Length > 0) response.ContentType = answer.ContentType;
        // A client that has its answer finds its call in the journal.
        Note(call, requestId, answer.Status);
        if (bytes.Length == 0) return;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(cut ? bytes.AsMemory(0, bytes.Length / 2) : bytes, call.Http.RequestAborted);
        if (!cut) return;
        await response.Body.FlushAsync(call.Http.RequestAborted);
        call.Http.Abort();
    }

    private void Drop(Call call, string requestId)
    {
        call.Dropped = true;
        Note(call, requestId, 0);
        call.Http.Abort();
    }

    private void Note(Call call, string requestId, int status)
    {
        if (call.IsNoted) return;
        call.IsNoted = true;
        var request = call.Http.Request;
        world.Calls.Add(new JournaledCall(
            call.Number, request.Method, request.Path.Value ?? "", request.QueryString.Value ?? "", call.Route?.Name ?? "", call.Caller.Name, status,
            call.Body.Length == 0 ? null : Encoding.UTF8.GetString(call.Body.Span), requestId, world.Now));
    }

    /// <summary>Still escaped, so that %2F is part of a name. <c>/api/v3</c> of GitHub Enterprise Server is left out.</summary>
    private string[] SegmentsOf(HttpContext http)
    {
        var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = raw.IndexOf('?', StringComparison.Ordinal);
        var segments = (end < 0 ? raw : raw[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.AsSpan().StartsWith(EnterprisePrefix)) segments = segments[2..];
        return segments is ["repositories", var id, _, ..] && long.TryParse(id, out var number) && world.Repositories.Find(number) is { } repository
            ? ["repos", repository.Owner.Login, repository.Name, .. segments[2..]]
            : segments;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is 0 || (http.Request.ContentLength is null && !http.Request.Headers.ContainsKey("Transfer-Encoding"))) return default;
        using var body = new MemoryStream((int)(http.Request.ContentLength ?? 1024));
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
