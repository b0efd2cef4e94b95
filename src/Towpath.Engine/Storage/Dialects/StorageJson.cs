using System.Text.Json.Serialization;

namespace Towpath.Engine.Storage.Dialects;

/// <summary>Lists that stand in a column of their own; everything of the core goes through its own context.</summary>
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(long[]))]
internal sealed partial class StorageJson : JsonSerializerContext;
