using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.CloudFront;

/// <summary>Invalidations and their limits.</summary>
internal sealed partial class CloudFrontService
{
    private const int MostPaths = 3000;
    private const int MostWildcards = 15;

    private bool IsComplete(Invalidation invalidation) => invalidation.IsComplete(world.Now, State.InvalidationDelay);

    private Task CreateInvalidation(EmulatorCall call)
    {
        var distribution = Find(call);
        var body = BodyOf(call);
        var reference = body.Element("CallerReference")?.Value ?? "";
        var paths = body.Element("Paths")?.Element("Items")?.Elements("Path").Select(p => p.Value).ToList() ?? [];
        if (reference.Length == 0) throw new AwsFault("MissingBody", "This operation requires a body. Ensure that the body is present and the Content-Type header is set.");
        if (body.Element("Paths")?.Element("Quantity")?.Value != $"{paths.Count}")
            throw new AwsFault("InconsistentQuantities", "The value of Quantity and the size of Items don't match.");
        if (paths.Count == 0 || paths.Exists(p => !IsPath(p)))
            throw new AwsFault("InvalidArgument", "Your request contains one or more invalid invalidation paths.");
        if (paths.Count > MostPaths) throw new AwsFault("BatchTooLarge", "Invalidation batch specified is too large.", StatusCodes.Status413PayloadTooLarge);
        var invalidation = distribution.Add(earlier => Decide(distribution, earlier, reference, paths));
        call.Http.Response.StatusCode = StatusCodes.Status201Created;
        call.Http.Response.Headers.Location = $"https://cloudfront.amazonaws.com{Root}/{distribution.Id}/invalidation/{invalidation.Id}";
        return Answer(call, Element(invalidation, isNew: true));
    }

    private Invalidation Decide(Distribution distribution, IReadOnlyList<Invalidation> earlier, string reference, IReadOnlyList<string> paths)
    {
        if (earlier.FirstOrDefault(i => i.CallerReference == reference) is { } same)
            return same.Paths.Order(StringComparer.Ordinal).SequenceEqual(paths.Order(StringComparer.Ordinal), StringComparer.Ordinal)
                ? same
                : throw new AwsFault("InvalidationBatchAlreadyExists", "The caller reference was used for another batch of paths.", StatusCodes.Status409Conflict);
        var inProgress = earlier.Where(i => !IsComplete(i)).SelectMany(i => i.Paths).Concat(paths).ToList();
        if (inProgress.Count(p => p.EndsWith('*')) > MostWildcards)
            throw TooMany("Processing your request will cause you to exceed the maximum number of in-progress wildcard invalidations.");
        if (inProgress.Count(p => !p.EndsWith('*')) > MostPaths)
            throw TooMany("Processing your request will cause you to exceed the maximum number of in-progress invalidations.");
        return new Invalidation(reference, paths, world.Now, distribution.Next());
    }

    private static AwsFault TooMany(string why) => new("TooManyInvalidationsInProgress", why);

    private static bool IsPath(string path)
    {
        var star = path.IndexOf('*', StringComparison.Ordinal);
        return path.Length <= 4000 && path.StartsWith('/') && (star < 0 || star == path.Length - 1) && !path.Any(c => c <= ' ' || c > '~');
    }

    private Task ListInvalidations(EmulatorCall call)
    {
        var newestFirst = Find(call).Invalidations.Reverse().ToList();
        return Answer(call, PageElement(call, "InvalidationList", newestFirst, i => i.Id, i => new XElement("InvalidationSummary",
            new XElement("Id", i.Id), new XElement("CreateTime", XmlAnswer.Instant(i.Created)), new XElement("Status", IsComplete(i) ? "Completed" : "InProgress"))));
    }

    private Task GetInvalidation(EmulatorCall call)
    {
        var found = Find(call).Invalidations.FirstOrDefault(i => i.Id == PathOf(call)[2])
            ?? throw new AwsFault("NoSuchInvalidation", "The specified invalidation does not exist.", StatusCodes.Status404NotFound);
        return Answer(call, Element(found, isNew: false));
    }

    private XElement Element(Invalidation invalidation, bool isNew) => new("Invalidation",
        new XElement("Id", invalidation.Id), new XElement("Status", !isNew && IsComplete(invalidation) ? "Completed" : "InProgress"),
        new XElement("CreateTime", XmlAnswer.Instant(invalidation.Created)),
        new XElement("InvalidationBatch",
            new XElement("Paths", new XElement("Quantity", invalidation.Paths.Count), new XElement("Items", invalidation.Paths.Select(p => new XElement("Path", p)))),
            new XElement("CallerReference", invalidation.CallerReference)));
}
