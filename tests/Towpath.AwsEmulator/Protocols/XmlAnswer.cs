using System.Text;
using System.Xml;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Protocols;

/// <summary>Writes XML bodies.</summary>
public static class XmlAnswer
{
    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false };

    public static async Task WriteAsync(EmulatorCall call, XElement root)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, Settings)) root.WriteTo(writer);
        call.Http.Response.ContentType = call.Service == "s3" ? "application/xml" : "text/xml";
        call.Http.Response.ContentLength = bytes.Length;
        await call.Http.Response.Body.WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), call.Aborted);
    }

    /// <summary>Puts an element and all below it into a namespace.</summary>
    public static XElement Qualify(XElement element, XNamespace ns)
    {
        foreach (var each in element.DescendantsAndSelf())
            if (each.Name.Namespace == XNamespace.None) each.Name = ns + each.Name.LocalName;
        return element;
    }

    /// <summary>A timestamp as the XML protocols write it.</summary>
    public static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
