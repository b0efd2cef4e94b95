using System.Text;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Ssm;

/// <summary>Parameter Store. Source: AWS Systems Manager API Reference, version 2014-11-06.</summary>
internal sealed partial class SsmService : JsonService, ISeededService
{
    private const int NamesAtOnce = 10;

    private readonly EmulatorWorld _world;

    public SsmService(EmulatorWorld world) : base("ssm")
    {
        _world = world;
        Locked("GetParameter", GetParameter);
        Locked("GetParameters", GetParameters);
        Locked("GetParametersByPath", GetParametersByPath);
        Locked("GetParameterHistory", GetParameterHistory);
        Locked("PutParameter", PutParameter);
        Locked("DeleteParameter", DeleteParameter);
        Locked("DeleteParameters", DeleteParameters);
        Locked("DescribeParameters", DescribeParameters);
        Locked("AddTagsToResource", AddTags);
        Locked("RemoveTagsFromResource", RemoveTags);
        Locked("ListTagsForResource", (input, caller) => new JsonObject { ["TagList"] = TagsOf(Tagged(input, caller)) });
    }

    private SsmState State => _world.State.Of<SsmState>();

    public override IEnumerable<NeededPermission> NeedsOf(EmulatorCall call)
    {
        var input = InputOf(call);
        IEnumerable<string?> names = call.Operation switch
        {
            "GetParameters" or "DeleteParameters" => (input["Names"] as JsonArray ?? []).Select(n => (string?)n),
            "GetParametersByPath" => [(string?)input["Path"]],
            "AddTagsToResource" or "RemoveTagsFromResource" or "ListTagsForResource" => [(string?)input["ResourceId"]],
            _ => [(string?)input["Name"]],
        };
        return names.Select(n => new NeededPermission(
            $"ssm:{call.Operation}", n is null ? null : EmulatedParameter.ArnOf(NameOf(n), call.Caller.Account, call.Caller.Region)));
    }

    /// <summary><c>{ "parameters": { "/name": "value" } }</c>.</summary>
    public void Seed(JsonObject state, string account, string region)
    {
        foreach (var (name, value) in state["parameters"]?.AsObject() ?? []) State.Put(account, region, name, (string)value!);
    }

    private void Locked(string operation, Func<JsonObject, Caller, JsonObject> handler) => On(operation, (input, caller) =>
    {
        lock (State.Lock) return handler(input, caller);
    });

    private SortedDictionary<string, EmulatedParameter> At(Caller caller) => State.At(caller.Account, caller.Region);

    private JsonObject GetParameter(JsonObject input, Caller caller) => new()
    {
        ["Parameter"] = Find(Required(input, "Name"), caller) is { } found ? ParameterOf(found, Decrypts(input)) : throw NotFound(),
    };

    private JsonObject GetParameters(JsonObject input, Caller caller)
    {
        var names = (input["Names"] as JsonArray ?? []).Select(n => (string)n!).ToList();
        if (names.Count > NamesAtOnce)
            throw Invalid($"1 validation error detected: Value '[{string.Join(", ", names)}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 10");
        var (found, missing) = (new JsonArray(), new JsonArray());
        foreach (var name in names.Distinct(StringComparer.Ordinal))
            if (Find(name, caller) is { } parameter) found.Add(ParameterOf(parameter, Decrypts(input)));
            else missing.Add(name);
        return new JsonObject { ["Parameters"] = found, ["InvalidParameters"] = missing };
    }

    private JsonObject GetParametersByPath(JsonObject input, Caller caller)
    {
        var path = Required(input, "Path").TrimEnd('/') + "/";
        if (path[0] != '/') throw Invalid("The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\".");
        var recursive = (bool?)input["Recursive"] ?? false;
        var found = At(caller).Values.Where(p => p.Name.StartsWith(path, StringComparison.Ordinal) && (recursive || !p.Name[path.Length..].Contains('/', StringComparison.Ordinal)));
        return Page(input, "Parameters", [.. found], 10, p => ParameterOf(new(p, p.Newest, null), Decrypts(input)));
    }

    private JsonObject GetParameterHistory(JsonObject input, Caller caller)
    {
        var parameter = At(caller).GetValueOrDefault(Required(input, "Name")) ?? throw NotFound();
        return Page(input, "Parameters", parameter.Versions, 50, v =>
        {
            var one = MetadataOf(parameter, v);
            one["Value"] = Shown(v, Decrypts(input));
            return one;
        });
    }

    private JsonObject DescribeParameters(JsonObject input, Caller caller)
    {
        var filters = ParameterFilter.ListOf(input);
        return Page(input, "Parameters", [.. At(caller).Values.Where(p => filters.All(f => f.Passes(p)))], 50, p => MetadataOf(p, p.Newest));
    }

    private static JsonObject Page<T>(JsonObject input, string member, IReadOnlyList<T> all, int most, Func<T, JsonObject> element)
    {
        var from = int.TryParse((string?)input["NextToken"], out var token) ? token : 0;
        var size = Math.Min((int?)input["MaxResults"] ?? most, most);
        var answer = new JsonObject { [member] = new JsonArray([.. all.Skip(from).Take(size).Select(element)]) };
        if (from + size < all.Count) answer["NextToken"] = $"{from + size}";
        return answer;
    }

    private sealed record Found(EmulatedParameter Parameter, ParameterVersion Version, string? Selector);

    /// <summary>By name, ARN, or either with <c>:version</c>.</summary>
    private Found? Find(string name, Caller caller)
    {
        var bare = NameOf(name);
        var at = bare.IndexOf(':', StringComparison.Ordinal);
        if (!At(caller).TryGetValue(at < 0 ? bare : bare[..at], out var parameter)) return null;
        if (at < 0) return new Found(parameter, parameter.Newest, null);
        var version = parameter.Versions.FirstOrDefault(v => $"{v.Number}" == bare[(at + 1)..]) ?? throw new AwsFault(
            "ParameterVersionNotFound", $"Systems Manager could not find version {bare[(at + 1)..]} of {parameter.Name}. Verify the version and try again.");
        return new Found(parameter, version, bare[at..]);
    }

    private static string NameOf(string nameOrArn)
    {
        if (!nameOrArn.StartsWith("arn:", StringComparison.Ordinal)) return nameOrArn;
        var name = nameOrArn[(nameOrArn.IndexOf(":parameter/", StringComparison.Ordinal) + ":parameter/".Length)..];
        return name.Contains('/', StringComparison.Ordinal) ? "/" + name : name;
    }

    private static bool Decrypts(JsonObject input) => (bool?)input["WithDecryption"] ?? false;

    private static string Shown(ParameterVersion version, bool decrypted) => version.Type == "SecureString" && !decrypted
        ? "AQICAH" + Convert.ToBase64String(Encoding.UTF8.GetBytes($"encrypted:{version.Value}"))
        : version.Value;

    private static JsonObject ParameterOf(Found found, bool decrypted)
    {
        var (parameter, version, selector) = found;
        var one = new JsonObject
        {
            ["Name"] = parameter.Name, ["Type"] = version.Type, ["Value"] = Shown(version, decrypted), ["Version"] = version.Number,
            ["LastModifiedDate"] = JsonAnswer.Seconds(version.At), ["ARN"] = parameter.Arn, ["DataType"] = "text",
        };
        if (selector is not null) one["Selector"] = selector;
        return one;
    }

    private static JsonObject MetadataOf(EmulatedParameter parameter, ParameterVersion version)
    {
        var one = new JsonObject
        {
            ["Name"] = parameter.Name, ["Type"] = version.Type, ["LastModifiedDate"] = JsonAnswer.Seconds(version.At), ["LastModifiedUser"] = version.By,
            ["Version"] = version.Number, ["Tier"] = parameter.Tier, ["Policies"] = new JsonArray(), ["DataType"] = "text", ["ARN"] = parameter.Arn,
        };
        if (version.Description is not null) one["Description"] = version.Description;
        if (parameter.KeyId is not null) one["KeyId"] = parameter.KeyId;
        return one;
    }

    private static string Required(JsonObject input, string member) => (string?)input[member] is { Length: > 0 } value
        ? value
        : throw Invalid($"1 validation error detected: Value null at '{char.ToLowerInvariant(member[0])}{member[1..]}' failed to satisfy constraint: Member must not be null");

    private static AwsFault Invalid(string why) => new("ValidationException", why);

    private static AwsFault NotFound() => new("ParameterNotFound", "");
}
