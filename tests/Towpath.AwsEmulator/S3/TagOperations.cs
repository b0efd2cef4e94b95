using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;

namespace Towpath.AwsEmulator.S3;

/// <summary>Tags of objects.</summary>
internal static class TagOperations
{
    private const int Most = 10;

    public static void Register(Dictionary<string, Func<S3Call, Task>> operations)
    {
        operations["GetObjectTagging"] = static call => call.XmlAsync(new XElement("Tagging", new XElement("TagSet",
            ObjectOperations.Find(call).Tags.OrderBy(t => t.Key, StringComparer.Ordinal)
                .Select(t => new XElement("Tag", new XElement("Key", t.Key), new XElement("Value", t.Value))))));
        operations["PutObjectTagging"] = static async call =>
        {
            var set = (await call.XmlBodyAsync()).Element("TagSet")?.Elements("Tag") ?? throw S3Fault.MalformedXml();
            Change(call, set.Select(t => (t.Element("Key")?.Value ?? throw S3Fault.MalformedXml(), t.Element("Value")?.Value ?? "")));
            await call.DoneAsync();
        };
        operations["DeleteObjectTagging"] = static call =>
        {
            Change(call, []);
            return call.DoneAsync(StatusCodes.Status204NoContent);
        };
    }

    /// <summary>Of the header <c>x-amz-tagging</c>, which is written like a query.</summary>
    public static IReadOnlyDictionary<string, string> Of(HttpRequest request) =>
        Checked(QueryHelpers.ParseQuery(request.Headers["x-amz-tagging"].ToString()).Select(t => (t.Key, t.Value.ToString())));

    private static void Change(S3Call call, IEnumerable<(string Key, string Value)> tags)
    {
        var stored = ObjectOperations.Find(call);
        call.Bucket.Replace(stored, stored with { Tags = Checked(tags) });
    }

    private static Dictionary<string, string> Checked(IEnumerable<(string Key, string Value)> tags)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
            if (key.Length is 0 or > 128 || value.Length > 256 || !all.TryAdd(key, value)) throw S3Fault.Of("InvalidTag", "The TagKey or TagValue you have provided is invalid");
        return all.Count <= Most ? all : throw S3Fault.Of("BadRequest", "Object tags cannot be greater than 10");
    }
}
