using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Core.Deployments;

/// <summary>A version-7 UUID in 32 hexadecimal digits, so that ids sort by the time they were made. People may type its last eight digits.</summary>
[JsonConverter(typeof(DeploymentIdJsonConverter))]
public readonly record struct DeploymentId(string Value)
{
    public string Short => Value.Length > 8 ? Value[^8..] : Value;

    public static DeploymentId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()).ToString("N"));

    public override string ToString() => Value;
}

/// <summary>Writes an id as its text.</summary>
public sealed class DeploymentIdJsonConverter : JsonConverter<DeploymentId>
{
    public override DeploymentId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("a deployment id is text"));

    public override void Write(Utf8JsonWriter writer, DeploymentId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
