using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Towpath.Aws.Calling;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ssm;

/// <summary>Parameters of AWS Systems Manager: names to values, and back (AWS Systems Manager API Reference).</summary>
public sealed class SsmClient(AwsCaller caller)
{
    /// <summary>GetParameters takes ten names at most.</summary>
    private const int MostNames = 10;

    /// <summary>Those names that exist, with their values. A SecureString has none: Towpath does not read secrets.</summary>
    public async Task<IReadOnlyDictionary<string, SsmParameter>> GetAsync(AwsScope scope, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, SsmParameter>(StringComparer.Ordinal);
        foreach (var some in names.Distinct(StringComparer.Ordinal).Chunk(MostNames))
        {
            var answer = await caller.CallAsync(
                scope, Operation("GetParameters"), new GetParametersInput(some, WithDecryption: false), SsmJson.Default.GetParametersInput, SsmJson.Default.GetParametersOutput, cancellationToken);
            foreach (var parameter in answer.Parameters ?? []) found[parameter.Name] = parameter.IsSecret ? parameter with { Value = "" } : parameter;
        }

        return found;
    }

    /// <summary>The value of one parameter; null where there is none.</summary>
    /// <exception cref="SecretParameterException">It is a SecureString.</exception>
    public async Task<string?> ReadAsync(AwsScope scope, string name, CancellationToken cancellationToken)
    {
        var found = (await GetAsync(scope, [name], cancellationToken)).GetValueOrDefault(name);
        return found is { IsSecret: true } ? throw new SecretParameterException(name) : found?.Value;
    }

    /// <summary>Which of these parameters exist; their values are not read.</summary>
    public async Task<IReadOnlySet<string>> ExistingAsync(AwsScope scope, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in names.Distinct(StringComparer.Ordinal).Chunk(MostNames))
        {
            var input = new JsonObject { ["ParameterFilters"] = new JsonArray(new JsonObject { ["Key"] = "Name", ["Option"] = "Equals", ["Values"] = new JsonArray([.. some.Select(name => JsonValue.Create(name))]) }) };
            // A page may be empty and yet have a next one.
            do
            {
                var page = await caller.CallAsync(scope, Operation("DescribeParameters"), input, cancellationToken);
                found.UnionWith(page.Items("Parameters").Select(p => p.Text("Name")).OfType<string>());
                input["NextToken"] = page.Text("NextToken");
            }
            while (input["NextToken"] is not null);
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

    /// <summary>Deletes a parameter; none that is not there.</summary>
    public async Task DeleteAsync(AwsScope scope, string name, CancellationToken cancellationToken)
    {
        try
        {
            await caller.CallAsync(scope, Operation("DeleteParameter"), new JsonObject { ["Name"] = name }, cancellationToken);
        }
        catch (AwsException e) when (e.Code == "ParameterNotFound")
        {
        }
    }

    private static AwsJson.JsonOperation Operation(string name) => new(AwsService.Ssm, "AmazonSSM", name);
}

/// <summary>A plain value was asked for, and the parameter is a SecureString. Never holds its value.</summary>
public sealed class SecretParameterException(string name) : IOException(SentenceOf(name)), IExplainedFault
{
    public string FaultCode => "secret_parameter";

    public RefusalKind Kind => RefusalKind.Wrong;

    public string Explanation => Message;

    public static string SentenceOf(string name) => $"the parameter {name} is a SecureString, and Towpath does not read secrets; use a String parameter";
}

public sealed record SsmParameter(string Name, string Value, string? Type = null, long Version = 0)
{
    public bool IsSecret => Type == "SecureString";

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
