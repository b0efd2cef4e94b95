using System.Xml;
using System.Xml.Linq;
using Towpath.Aws.Calling;

namespace Towpath.Aws.CloudFront;

/// <summary>Distributions of Amazon CloudFront and what they are to forget (Amazon CloudFront API Reference).</summary>
public sealed class CloudFrontClient(AwsCaller caller)
{
    private const string Root = "/2020-05-31/distribution/";

    private static readonly XNamespace Namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
    private static readonly XmlReaderSettings Safe = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <param name="scope">On whose behalf.</param>
    /// <param name="distribution">Its id.</param>
    /// <param name="paths">Beginning with a slash, escaped.</param>
    /// <param name="token">The same for every attempt: the same invalidation is the answer then.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Invalidation> InvalidateAsync(AwsScope scope, string distribution, IReadOnlyList<string> paths, string token, CancellationToken cancellationToken)
    {
        var batch = new XElement(
            Namespace + "InvalidationBatch",
            new XElement(Namespace + "Paths", new XElement(Namespace + "Quantity", paths.Count), new XElement(Namespace + "Items", paths.Select(p => new XElement(Namespace + "Path", p)))),
            new XElement(Namespace + "CallerReference", token));
        var body = System.Text.Encoding.UTF8.GetBytes(batch.ToString(SaveOptions.DisableFormatting));
        return Read(await SendAsync(scope, "CreateInvalidation", HttpMethod.Post, $"{distribution}/invalidation", body, cancellationToken));
    }

    public async Task<Invalidation> GetInvalidationAsync(AwsScope scope, string distribution, string id, CancellationToken cancellationToken) =>
        Read(await SendAsync(scope, "GetInvalidation", HttpMethod.Get, $"{distribution}/invalidation/{id}", [], cancellationToken));

    public async Task<Distribution> GetDistributionAsync(AwsScope scope, string distribution, CancellationToken cancellationToken)
    {
        var root = await SendAsync(scope, "GetDistribution", HttpMethod.Get, distribution, [], cancellationToken);
        var origins = root.Descendants().Where(e => e.Name.LocalName == "Origin" && e.Elements().Any(c => c.Name.LocalName == "DomainName"));
        return new Distribution(
            Text(root, "Id") ?? distribution, Text(root, "Status") ?? "", Text(root, "DomainName") ?? "",
            root.Descendants().FirstOrDefault(e => e.Name.LocalName == "Enabled" && e.Parent?.Name.LocalName == "DistributionConfig")?.Value == "true",
            [.. origins.Select(o => new Origin(Text(o, "DomainName")!, Text(o, "OriginPath") ?? ""))]);
    }

    private async Task<XElement> SendAsync(AwsScope scope, string operation, HttpMethod method, string path, byte[] body, CancellationToken cancellationToken)
    {
        var request = new AwsRequest { Service = AwsService.CloudFront, Operation = operation, Method = method, Path = Root + path, Body = body, ContentType = body.Length > 0 ? "application/xml" : null };
        var response = await caller.SendAsync(scope, request, cancellationToken);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(response.Body), Safe);
            if (XDocument.Load(reader).Root is { } root) return root;
        }
        catch (XmlException e)
        {
            throw Unreadable(operation, response.Status, e);
        }

        throw Unreadable(operation, response.Status, null);
    }

    private static Invalidation Read(XElement root) => new(Text(root, "Id") ?? "", Text(root, "Status") ?? "");

    private static string? Text(XElement element, string name) => element.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;

    private static AwsException Unreadable(string operation, int status, Exception? inner) =>
        new(new AwsFailure("cloudfront", operation, status, "UnreadableAnswer", "the answer is not the document that this call has; is the endpoint AWS's?"), inner);
}

/// <param name="Id">Its id.</param>
/// <param name="Status"><c>InProgress</c> or <c>Completed</c>.</param>
public sealed record Invalidation(string Id, string Status);

/// <param name="Id">Its id.</param>
/// <param name="Status"><c>InProgress</c> or <c>Deployed</c>.</param>
/// <param name="Domain">Where it is reached.</param>
/// <param name="Enabled">Whether it answers at all.</param>
/// <param name="Origins">Where it has its content from.</param>
public sealed record Distribution(string Id, string Status, string Domain, bool Enabled, IReadOnlyList<Origin> Origins);

/// <param name="Domain">Such as <c>docs.s3.us-east-1.amazonaws.com</c>.</param>
/// <param name="Path">Empty, or a folder that begins with a slash.</param>
public sealed record Origin(string Domain, string Path)
{
    public bool IsBucket(string bucket) => Domain.StartsWith(bucket + ".s3", StringComparison.OrdinalIgnoreCase);
}
