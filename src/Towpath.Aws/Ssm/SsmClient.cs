using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ssm;

/// <summary>Parameters of AWS Systems Manager: names to values, and back (AWS Systems Manager API Reference).</summary>
public sealed class SsmClient(AwsCaller caller)
{
    /// <summary>GetParameters takes ten names at most.</summary>
    private const int MostNames = 10;

    /// <summary>The values of those names that exist. Values of SecureString parameters are decrypted, and are the caller's to keep to itself.</summary>
    public async Task<IReadOnlyDictionary<string, SsmParameter>> GetAsync(AwsScope scope, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, SsmParameter>(StringComparer.Ordinal);
        foreach (var some in names.Distinct(StringComparer.Ordinal).Chunk(MostNames))
        {
            var answer = await caller.CallAsync(
                scope, Operation("GetParameters"), new GetParametersInput(some, WithDecryption: true), SsmJson.Default.GetParametersInput, SsmJson.Default.GetParametersOutput, cancellationToken);
            foreach (var parameter in answer.Parameters ?? []) found[parameter.Name] = parameter;
        }

        return found;
    }

    /// <summary>Which of these parameters exist; their values are not read.</summary>
    public async Task<IReadOnlySet<string>> ExistingAsync(AwsScope scope, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in names.Distinct(StringComparer.Ordinal).Chunk(MostNames))
        {
            var input = new JsonObject { ["ParameterFilters"] = new JsonArray(new JsonObject { ["Key"] = "Name", ["Option"] = "Equals", ["Values"] = new JsonArray([.. some.Select(name => JsonValue.Create(name))]) }) };
            found.UnionWith((await caller.CallAsync(scope, Operation("DescribeParameters"), input, cancellationToken)).Items("Parameters").Select(p => p.Text("Name")).OfType<string>());
        }

        return found;
    }

    /// <summary>Writes a String parameter, over whatever stood there.</summary>
    /// <returns>The new version.</returns>
    public async Task<long> PutAsync(AwsScope scope, string name, string value, CancellationToken cancellationToken)
    {
        var answer = await caller.CallAsync(
            scope, Operation("PutParameter"), new PutParameterInput(name, value, "String", Overwrite: true), SsmJson.Default.PutParameterInput, SsmJson.Default.PutParameterOutput, cancellationToken);
        return answer.Version;
    }

    private static AwsJson.JsonOperation Operation(string name) => new(AwsService.Ssm, "AmazonSSM", name);
}

public sealed record SsmParameter(string Name, string Value, string? Type = null, long Version = 0)
{
    // Records print their members, and a parameter may be a secret.
    public override string ToString() => $"{Name} (version {Version})";
}

internal sealed record GetParametersInput(IReadOnlyList<string> Names, bool WithDecryption);

internal sealed record GetParametersOutput(IReadOnlyList<SsmParameter>? Parameters);

internal sealed record PutParameterInput(string Name, string Value, string Type, bool Overwrite);

internal sealed record PutParameterOutput(long Version);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GetParametersInput))]
[JsonSerializable(typeof(GetParametersOutput))]
[JsonSerializable(typeof(PutParameterInput))]
[JsonSerializable(typeof(PutParameterOutput))]
internal sealed partial class SsmJson : JsonSerializerContext;
