using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Ssm;

/// <summary>What changes parameters.</summary>
internal sealed partial class SsmService
{
    private JsonObject PutParameter(JsonObject input, Caller caller)
    {
        var (name, value) = (Required(input, "Name"), Required(input, "Value"));
        CheckName(name);
        var parameter = At(caller).GetValueOrDefault(name);
        var overwrites = (bool?)input["Overwrite"] ?? false;
        if (overwrites && input["Tags"] is JsonArray { Count: > 0 })
            throw Invalid("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. "
                + "To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.");
        if (parameter is not null && !overwrites)
            throw new AwsFault("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
        var type = (string?)input["Type"] ?? parameter?.Newest.Type ?? throw Invalid("A parameter type is required when you create a parameter.");
        if (type is not ("String" or "StringList" or "SecureString"))
            throw Invalid($"1 validation error detected: Value '{type}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]");
        var tier = (string?)input["Tier"] ?? parameter?.Tier ?? "Standard";
        if (tier == "Intelligent-Tiering") tier = value.Length > 4096 ? "Advanced" : "Standard";
        if (value.Length > (tier == "Advanced" ? 8192 : 4096))
            throw Invalid("Standard tier parameters support a maximum parameter value of 4096 characters. "
                + "To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.");
        At(caller)[name] = parameter ??= new EmulatedParameter(name, caller.Account, caller.Region);
        parameter.Tier = tier;
        if (type == "SecureString") parameter.KeyId = (string?)input["KeyId"] ?? "alias/aws/ssm";
        parameter.Add(value, type, _world.Now, caller.Arn, (string?)input["Description"]);
        Tag(parameter, input);
        return new JsonObject { ["Version"] = parameter.Newest.Number, ["Tier"] = tier };
    }

    private static void CheckName(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal) && name[0] != '/') throw Invalid("Parameter name must be a fully qualified name.");
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_'))
            throw Invalid("Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; "
                + "each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_");
    }

    private JsonObject DeleteParameter(JsonObject input, Caller caller) => At(caller).Remove(Required(input, "Name")) ? [] : throw NotFound();

    private JsonObject DeleteParameters(JsonObject input, Caller caller)
    {
        var (deleted, missing) = (new JsonArray(), new JsonArray());
        foreach (var name in (input["Names"] as JsonArray ?? []).Select(n => (string)n!))
            (At(caller).Remove(name) ? deleted : missing).Add(name);
        return new JsonObject { ["DeletedParameters"] = deleted, ["InvalidParameters"] = missing };
    }

    private JsonObject AddTags(JsonObject input, Caller caller)
    {
        Tag(Tagged(input, caller), input);
        return [];
    }

    private JsonObject RemoveTags(JsonObject input, Caller caller)
    {
        var parameter = Tagged(input, caller);
        foreach (var key in input["TagKeys"] as JsonArray ?? []) parameter.Tags.Remove((string)key!);
        return [];
    }

    private EmulatedParameter Tagged(JsonObject input, Caller caller)
    {
        if ((string?)input["ResourceType"] != "Parameter") throw new AwsFault("InvalidResourceType", "The emulator tags parameters only.");
        return At(caller).GetValueOrDefault(Required(input, "ResourceId"))
            ?? throw new AwsFault("InvalidResourceId", "The resource ID is not valid. Verify that you entered the correct ID and try again.");
    }

    private static void Tag(EmulatedParameter parameter, JsonObject input)
    {
        foreach (var tag in input["Tags"] as JsonArray ?? []) parameter.Tags[(string)tag!["Key"]!] = (string?)tag["Value"] ?? "";
    }

    private static JsonArray TagsOf(EmulatedParameter parameter) =>
        new([.. parameter.Tags.Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value })]);
}
