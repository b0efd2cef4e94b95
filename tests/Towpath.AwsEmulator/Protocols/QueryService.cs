using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Protocols;

/// <summary>A service of the query protocol: a form whose <c>Action</c> names the operation, answered in XML.</summary>
public abstract class QueryService(string signingName, string xmlNamespace) : IEmulatedService
{
    private readonly XNamespace _namespace = xmlNamespace;
    private readonly Dictionary<string, Func<QueryInput, EmulatorCall, Task<XElement?>>> _operations = new(StringComparer.Ordinal);

    public string SigningName { get; } = signingName;

    public virtual WireProtocol Wire => WireProtocol.Query;

    public string OperationOf(EmulatorCall call) => InputOf(call).Get("Action") ?? "";

    public virtual bool AllowsAnonymous(EmulatorCall call) => false;

    public virtual IEnumerable<NeededPermission> NeedsOf(EmulatorCall call) => [new($"{SigningName}:{call.Operation}", null)];

    public async Task HandleAsync(EmulatorCall call)
    {
        if (!_operations.TryGetValue(call.Operation, out var operation)) throw Wire.UnknownOperation(call.Operation);
        var result = await operation(InputOf(call), call);
        var answer = new XElement($"{call.Operation}Response", new XElement("ResponseMetadata", new XElement("RequestId", call.RequestId)));
        if (result is not null)
        {
            result.Name = $"{call.Operation}Result";
            answer.AddFirst(result);
        }

        await XmlAnswer.WriteAsync(call, XmlAnswer.Qualify(answer, _namespace));
    }

    protected static QueryInput InputOf(EmulatorCall call) => (QueryInput)(call.Parsed ??= QueryInput.Of(call));

    /// <summary>The content of the operation's result; elements without a namespace.</summary>
    protected static XElement Result(params object?[] content) => new("Result", content);

    protected void On(string operation, Func<QueryInput, Caller, XElement?> handler) =>
        _operations.Add(operation, (input, call) => Task.FromResult(handler(input, call.Caller)));

    protected void OnAsync(string operation, Func<QueryInput, EmulatorCall, Task<XElement?>> handler) => _operations.Add(operation, handler);
}
