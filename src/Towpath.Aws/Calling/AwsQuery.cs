using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Towpath.Aws.Calling;

/// <summary>Calls of the protocol awsQuery: a form in, XML out (Smithy specification, "AWS query protocol").</summary>
public static class AwsQuery
{
    /// <param name="caller">Sends it.</param>
    /// <param name="scope">Where, and on whose behalf.</param>
    /// <param name="operation">Service, version and name.</param>
    /// <param name="parameters">Flattened, such as <c>AlarmNames.member.1</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The <c>…Result</c> element without namespaces; an empty one where the operation has none.</returns>
    public static async Task<XElement> CallAsync(
        this AwsCaller caller, AwsScope scope, QueryOperation operation, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken)
    {
        var response = await caller.SendAsync(scope, operation.Request(parameters), cancellationToken);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(response.Body), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var root = Plain(XDocument.Load(reader).Root!);
            return root.Element(operation.Name + "Result") ?? new XElement(operation.Name + "Result");
        }
        catch (XmlException e)
        {
            throw new AwsException(new AwsFailure(operation.Service.SigningName, operation.Name, response.Status, "UnreadableAnswer", "the answer is no XML; is the endpoint AWS's?"), e);
        }
    }

    /// <summary>The items of a list: <c>member</c> elements.</summary>
    public static IEnumerable<XElement> Members(this XElement element, string list) => element.Element(list)?.Elements("member") ?? [];

    public static string Text(this XElement element, string name) => element.Element(name)?.Value ?? "";

    /// <summary>A list as the protocol flattens it.</summary>
    public static IEnumerable<KeyValuePair<string, string>> List(string name, IEnumerable<string> items) =>
        items.Select((item, i) => KeyValuePair.Create($"{name}.member.{i + 1}", item));

    private static XElement Plain(XElement element) =>
        new(element.Name.LocalName, element.HasElements ? element.Elements().Select(Plain) : element.Value);

    /// <param name="Service">The service.</param>
    /// <param name="Version">The version of its interface, such as <c>2010-05-08</c>.</param>
    /// <param name="Name">The operation.</param>
    public sealed record QueryOperation(AwsService Service, string Version, string Name)
    {
        internal AwsRequest Request(IEnumerable<KeyValuePair<string, string>> parameters)
        {
            var form = parameters.Prepend(new("Version", Version)).Prepend(new("Action", Name)).Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}");
            return new AwsRequest
            {
                Service = Service,
                Operation = Name,
                Body = Encoding.ASCII.GetBytes(string.Join('&', form)),
                ContentType = "application/x-www-form-urlencoded; charset=utf-8",
            };
        }
    }
}
