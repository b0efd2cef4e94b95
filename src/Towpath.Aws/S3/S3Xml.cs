using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Towpath.Aws.Calling;

namespace Towpath.Aws.S3;

/// <summary>The documents of S3's REST API.</summary>
internal static class S3Xml
{
    private static readonly XmlReaderSettings Safe = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    public static async Task<(List<S3Listed> Page, string? Next)> ReadListAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var root = await LoadAsync(response, "ListObjectsV2", cancellationToken);
        var page = new List<S3Listed>();
        foreach (var item in root.Elements().Where(e => e.Name.LocalName == "Contents"))
            page.Add(new S3Listed(
                Uri.UnescapeDataString((Text(item, "Key") ?? "").Replace('+', ' ')), long.Parse(Text(item, "Size") ?? "0", CultureInfo.InvariantCulture), Text(item, "ETag") ?? "",
                DateTimeOffset.TryParse(Text(item, "LastModified"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var modified) ? modified : null));
        return (page, Text(root, "IsTruncated") == "true" ? Text(root, "NextContinuationToken") : null);
    }

    public static byte[] WriteDelete(IEnumerable<string> keys)
    {
        XNamespace s3 = "http://s3.amazonaws.com/doc/2006-03-01/";
        var document = new XElement(s3 + "Delete", new XElement(s3 + "Quiet", "true"), keys.Select(key => new XElement(s3 + "Object", new XElement(s3 + "Key", key))));
        using var buffer = new MemoryStream();
        document.Save(buffer);
        return buffer.ToArray();
    }

    public static async Task<bool> IsAllTrueAsync(HttpResponseMessage response, string operation, CancellationToken cancellationToken) =>
        (await LoadAsync(response, operation, cancellationToken)).Elements().All(e => e.Value == "true");

    /// <summary>Some calls answer 200 and name an error in the body.</summary>
    public static async Task ThrowWhereErrorAsync(HttpResponseMessage response, string operation, CancellationToken cancellationToken)
    {
        var root = await LoadAsync(response, operation, cancellationToken);
        if (root.DescendantsAndSelf().FirstOrDefault(e => e.Name.LocalName == "Error") is not { } error) return;
        var key = Text(error, "Key") is { } name ? $" ({name})" : "";
        // 500: a fault of S3's own that another try may get over; what is about rights says so by its code.
        throw new AwsException(new AwsFailure("s3", operation, Text(error, "Code") is "AccessDenied" ? 403 : 500, Text(error, "Code") ?? "InternalError", Text(error, "Message") + key));
    }

    private static async Task<XElement> LoadAsync(HttpResponseMessage response, string operation, CancellationToken cancellationToken)
    {
        return Parse(await response.Content.ReadAsStringAsync(cancellationToken), operation);
    }

    /// <summary>Reads a document of a call.</summary>
    /// <exception cref="AwsException">It is none.</exception>
    public static XElement Parse(string text, string operation)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), Safe);
            if (XDocument.Load(reader).Root is { } root) return root;
        }
        catch (XmlException e)
        {
            throw Unreadable(operation, e);
        }

        throw Unreadable(operation, null);
    }

    private static AwsException Unreadable(string operation, Exception? inner) =>
        new(new AwsFailure("s3", operation, 200, "UnreadableAnswer", "the answer is not the document that this call has; is the endpoint S3's?"), inner);

    private static string? Text(XElement element, string name) => element.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
}
