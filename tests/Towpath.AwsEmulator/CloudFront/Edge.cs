using System.Globalization;
using Towpath.AwsEmulator.S3;

namespace Towpath.AwsEmulator.CloudFront;

/// <summary>What the edge keeps of an answer of the bucket.</summary>
internal sealed record CachedAnswer(StoredObject? Object, DateTimeOffset At, TimeSpan Lifetime, long Sequence);

/// <summary>
/// Serves a distribution through its cache, so that what was not invalidated is seen to be stale:
/// <c>/_emulator/cdn/DISTRIBUTION/path</c>.
/// </summary>
internal sealed class Edge(EmulatorWorld world)
{
    // CloudFront's own default for answers of 4xx.
    private static readonly TimeSpan ErrorLifetime = TimeSpan.FromSeconds(10);

    public async Task AnswerAsync(HttpContext context)
    {
        var state = world.State.Of<CloudFrontState>();
        if (!state.Distributions.TryGetValue((string)context.Request.RouteValues["distribution"]!, out var distribution))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var path = "/" + (string?)context.Request.RouteValues["path"];
        if (path == "/") path = "/" + distribution.Config.Element("DefaultRootObject")?.Value;
        var hit = distribution.Cache.TryGetValue(path, out var cached) && IsFresh(cached, distribution, state, path);
        if (!hit) cached = Fetch(distribution, path);
        await WriteAsync(context, cached!, hit);
    }

    private bool IsFresh(CachedAnswer cached, Distribution distribution, CloudFrontState state, string path) =>
        world.Now < cached.At + cached.Lifetime
        && !distribution.Invalidations.Any(i => i.Sequence > cached.Sequence && i.IsComplete(world.Now, state.InvalidationDelay) && i.Covers(path));

    private CachedAnswer Fetch(Distribution distribution, string path)
    {
        // The number is taken first: an invalidation during the fetch concerns what was fetched.
        var sequence = distribution.Next();
        var (bucket, prefix) = DistributionConfig.OriginOf(distribution.Config);
        var found = S3State.Of(world.State).Buckets.GetValueOrDefault(bucket)?.Find((prefix + path).TrimStart('/'));
        var answer = new CachedAnswer(found, world.Now, found is null ? ErrorLifetime : LifetimeOf(found, distribution), sequence);
        found?.Blob!.Share();
        distribution.Cache[path] = answer;
        return answer;
    }

    private static TimeSpan LifetimeOf(StoredObject found, Distribution distribution)
    {
        var (least, most) = (DistributionConfig.Ttl(distribution.Config, "MinTTL", 0), DistributionConfig.Ttl(distribution.Config, "MaxTTL", 31536000));
        long? seconds = null;
        foreach (var directive in (found.Headers["Cache-Control"] ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = directive.Split('=', 2);
            switch (parts[0].ToLowerInvariant())
            {
                case "no-cache" or "no-store" or "private":
                    return TimeSpan.FromSeconds(least);
                case "s-maxage" when long.TryParse(parts[^1], out var shared):
                    return TimeSpan.FromSeconds(Math.Clamp(shared, least, most));
                case "max-age" when long.TryParse(parts[^1], out var age):
                    seconds = age;
                    break;
            }
        }

        return TimeSpan.FromSeconds(Math.Clamp(seconds ?? DistributionConfig.Ttl(distribution.Config, "DefaultTTL", 86400), least, most));
    }

    private async Task WriteAsync(HttpContext context, CachedAnswer answer, bool hit)
    {
        var response = context.Response;
        response.Headers["X-Cache"] = $"{(answer.Object is null ? "Error" : hit ? "Hit" : "Miss")} from cloudfront";
        if (hit) response.Headers.Age = $"{(long)(world.Now - answer.At).TotalSeconds}";
        if (answer.Object is not { } found)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        found.Headers.WriteTo(response.Headers);
        response.Headers.ETag = found.ETag;
        response.Headers.LastModified = found.Modified.ToString("R", CultureInfo.InvariantCulture);
        response.ContentLength = found.Length;
        if (found.Length > 0) await found.Blob!.WriteAsync(response, 0, found.Length, context.RequestAborted);
    }
}
