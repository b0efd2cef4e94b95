using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.CloudFront;

/// <summary>Distributions, invalidations, and an edge to read through. Source: Amazon CloudFront API Reference, version 2020-05-31.</summary>
internal sealed partial class CloudFrontService(EmulatorWorld world) : IEmulatedService, IScriptedService, ISeededService, IRoutedService
{
    private const string Root = "/2020-05-31/distribution";
    private static readonly XNamespace Namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

    private readonly Edge _edge = new(world);

    public string SigningName => "cloudfront";

    public WireProtocol Wire => WireProtocol.RestXml;

    private CloudFrontState State => world.State.Of<CloudFrontState>();

    public string OperationOf(EmulatorCall call)
    {
        var path = PathOf(call);
        return (call.Http.Request.Method, path) switch
        {
            ("GET", []) => "ListDistributions",
            ("POST", []) => "CreateDistribution",
            ("GET", [_]) => "GetDistribution",
            ("DELETE", [_]) => "DeleteDistribution",
            ("GET", [_, "config"]) => "GetDistributionConfig",
            ("PUT", [_, "config"]) => "UpdateDistribution",
            ("POST", [_, "invalidation"]) => "CreateInvalidation",
            ("GET", [_, "invalidation"]) => "ListInvalidations",
            ("GET", [_, "invalidation", _]) => "GetInvalidation",
            _ => "Unknown",
        };
    }

    public IEnumerable<NeededPermission> NeedsOf(EmulatorCall call) =>
        [new($"cloudfront:{call.Operation}", PathOf(call) is [var id, ..] ? $"arn:aws:cloudfront::{call.Caller.Account}:distribution/{id}" : "*")];

    public Task HandleAsync(EmulatorCall call) => call.Operation switch
    {
        "ListDistributions" => ListDistributions(call),
        "CreateDistribution" => CreateDistribution(call),
        "GetDistribution" => Answer(call, DistributionElement(Find(call)), Find(call).ETag),
        "GetDistributionConfig" => Answer(call, new XElement(Find(call).Config), Find(call).ETag),
        "UpdateDistribution" => UpdateDistribution(call),
        "DeleteDistribution" => DeleteDistribution(call),
        "CreateInvalidation" => CreateInvalidation(call),
        "ListInvalidations" => ListInvalidations(call),
        "GetInvalidation" => GetInvalidation(call),
        _ => throw Wire.UnknownOperation(call.Http.Request.Path),
    };

    /// <summary><c>{ "invalidationDelayMs": 500 | null, "completeInvalidations": true }</c>.</summary>
    public void Follow(JsonObject script)
    {
        if (script.ContainsKey("invalidationDelayMs"))
            State.InvalidationDelay = script["invalidationDelayMs"] is { } delay ? TimeSpan.FromMilliseconds((double)delay) : null;
        if ((bool?)script["completeInvalidations"] == true) State.CompleteInvalidations();
    }

    /// <summary><c>{ "distributions": [ { "id", "bucket", "rootObject", "originPath", "aliases" } ] }</c>.</summary>
    public void Seed(JsonObject state, string account, string region)
    {
        foreach (var each in state["distributions"]?.AsArray() ?? [])
            State.AddDistribution(
                (string)each!["bucket"]!, account, (string?)each["id"], (string?)each["rootObject"] ?? "index.html", (string?)each["originPath"] ?? "",
                [.. (each["aliases"]?.AsArray() ?? []).Select(a => (string)a!)]);
    }

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/_emulator/cdn/{distribution}/{**path}", _edge.AnswerAsync);

    private static string[] PathOf(EmulatorCall call)
    {
        var path = call.Http.Request.Path.Value ?? "";
        return path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries) : ["", "", "", ""];
    }

    private Distribution Find(EmulatorCall call) =>
        State.Distributions.TryGetValue(PathOf(call)[0], out var found) && found.Account == call.Caller.Account
            ? found
            : throw new AwsFault("NoSuchDistribution", "The specified distribution does not exist.", StatusCodes.Status404NotFound);

    private Task ListDistributions(EmulatorCall call)
    {
        var mine = State.Distributions.Values.Where(d => d.Account == call.Caller.Account).OrderBy(d => d.Id, StringComparer.Ordinal).ToList();
        return Answer(call, PageElement(call, "DistributionList", mine, d => d.Id, SummaryElement));
    }

    private Task CreateDistribution(EmulatorCall call)
    {
        var made = new Distribution(CloudFrontState.NewId(), call.Caller.Account, BodyOf(call), world.Now);
        State.Distributions[made.Id] = made;
        call.Http.Response.StatusCode = StatusCodes.Status201Created;
        call.Http.Response.Headers.Location = $"https://cloudfront.amazonaws.com{Root}/{made.Id}";
        return Answer(call, DistributionElement(made), made.ETag);
    }

    private Task UpdateDistribution(EmulatorCall call)
    {
        var found = Find(call);
        CheckVersion(call, found);
        found.Change(BodyOf(call), world.Now);
        return Answer(call, DistributionElement(found), found.ETag);
    }

    private Task DeleteDistribution(EmulatorCall call)
    {
        var found = Find(call);
        CheckVersion(call, found);
        if (found.Config.Element("Enabled")?.Value == "true")
            throw new AwsFault("DistributionNotDisabled", "The distribution you are trying to delete has not been disabled.", StatusCodes.Status409Conflict);
        State.Distributions.TryRemove(found.Id, out _);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static void CheckVersion(EmulatorCall call, Distribution found)
    {
        if (call.Http.Request.Headers.IfMatch.ToString() is not { Length: > 0 } match)
            throw new AwsFault("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.");
        if (match.Trim('"') != found.ETag)
            throw new AwsFault("PreconditionFailed", "The request failed because it didn't meet the preconditions in one or more request-header fields.", StatusCodes.Status412PreconditionFailed);
    }

    private static XElement BodyOf(EmulatorCall call)
    {
        try
        {
            using var stream = new MemoryStream(call.Body.ToArray());
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var root = XElement.Load(reader);
            foreach (var element in root.DescendantsAndSelf())
            {
                element.Name = element.Name.LocalName;
                element.ReplaceAttributes();
            }

            return root;
        }
        catch (XmlException)
        {
            throw new AwsFault("MalformedXML", "The XML document is malformed.");
        }
    }

    private XElement DistributionElement(Distribution distribution) => new("Distribution",
        new XElement("Id", distribution.Id), new XElement("ARN", distribution.Arn), new XElement("Status", "Deployed"),
        new XElement("LastModifiedTime", XmlAnswer.Instant(distribution.Modified)),
        new XElement("InProgressInvalidationBatches", distribution.Invalidations.Count(i => !IsComplete(i))),
        new XElement("DomainName", distribution.DomainName),
        new XElement("ActiveTrustedSigners", new XElement("Enabled", "false"), new XElement("Quantity", 0)),
        new XElement(distribution.Config));

    private static XElement SummaryElement(Distribution distribution)
    {
        var config = distribution.Config;
        string[] members =
        [
            "Aliases", "Origins", "OriginGroups", "DefaultCacheBehavior", "CacheBehaviors", "CustomErrorResponses", "Comment", "PriceClass", "Enabled",
            "ViewerCertificate", "Restrictions", "WebACLId", "HttpVersion", "IsIPV6Enabled",
        ];
        return new XElement("DistributionSummary",
            new XElement("Id", distribution.Id), new XElement("ARN", distribution.Arn), new XElement("Status", "Deployed"),
            new XElement("LastModifiedTime", XmlAnswer.Instant(distribution.Modified)), new XElement("DomainName", distribution.DomainName),
            members.Select(m => config.Element(m)).Where(e => e is not null).Select(e => new XElement(e!)), new XElement("Staging", "false"));
    }

    private static XElement PageElement<T>(EmulatorCall call, string name, List<T> all, Func<T, string> id, Func<T, XElement> element)
    {
        var query = call.Http.Request.Query;
        var marker = query["Marker"].ToString();
        var most = int.TryParse(query["MaxItems"], out var asked) ? asked : 100;
        var from = marker.Length == 0 ? 0 : all.FindIndex(i => id(i) == marker) + 1;
        var page = all.Skip(from).Take(most).ToList();
        var more = from + page.Count < all.Count;
        return new XElement(name,
            new XElement("Marker", marker), more ? new XElement("NextMarker", id(page[^1])) : null, new XElement("MaxItems", most),
            new XElement("IsTruncated", more ? "true" : "false"), new XElement("Quantity", page.Count),
            page.Count == 0 ? null : new XElement("Items", page.Select(element)));
    }

    private static Task Answer(EmulatorCall call, XElement root, string? etag = null)
    {
        if (etag is not null) call.Http.Response.Headers.ETag = etag;
        return XmlAnswer.WriteAsync(call, XmlAnswer.Qualify(root, Namespace));
    }
}
