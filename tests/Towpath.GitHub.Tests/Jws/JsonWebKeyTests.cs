using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.GitHub.Jws;
using Towpath.GitHub.Tests.Scene;

namespace Towpath.GitHub.Tests.Jws;

public sealed class JsonWebKeyTests
{
    public static TheoryData<string, string> Unusable()
    {
        var exponents = new (string Name, byte[] Bytes)[] { ("e is 1", [1]), ("e is even", [1, 0, 0]), ("e is zero", [0]), ("e is long", [1, 0, 0, 0, 1]) };
        var rows = new TheoryData<string, string>();
        void Add(string name, string member, JsonNode? value)
        {
            var key = Forge.PublicKey(Forge.Key);
            if (value is null) key.Remove(member);
            else key[member] = value;
            rows.Add(name, key.ToJsonString());
        }

        Add("kty EC", "kty", "EC");
        Add("kty oct", "kty", "oct");
        Add("kty missing", "kty", null);
        Add("for encryption", "use", "enc");
        Add("for PS256", "alg", "PS256");
        Add("for signing only", "key_ops", new JsonArray("sign"));
        Add("private", "d", "AQAB");
        Add("no kid", "kid", null);
        Add("empty kid", "kid", "");
        Add("no n", "n", null);
        Add("n with padding", "n", Forge.PublicKey(Forge.Key)["n"]!.GetValue<string>() + "==");
        Add("n short", "n", Forge.PublicKey(Forge.ShortKey)["n"]!.GetValue<string>());
        Add("n long by leading zeros", "n", Forge.Encode([.. new byte[256], .. Forge.ShortKey.ExportParameters(false).Modulus!]));
        Add("n even", "n", Forge.Encode([.. Forge.Key.ExportParameters(false).Modulus![..^1], 2]));
        Add("n of 16,384 bits", "n", Forge.Encode([.. Enumerable.Repeat((byte)0xFF, 2048)]));
        foreach (var (name, bytes) in exponents) Add(name, "e", Forge.Encode(bytes));
        return rows;
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Key_that_is_not_for_us_is_left_out(string why, string key)
    {
        var set = JsonWebKeySet.Read(Encoding.UTF8.GetBytes(Forge.KeySet(JsonNode.Parse(key)!.AsObject(), Forge.PublicKey(Forge.OtherKey, "other"))));
        Assert.Equal((why, 1), (why, set!.Count));
        Assert.NotNull(set.Find("other"));
    }

    [Fact]
    public void Of_two_keys_with_one_name_neither_counts()
    {
        var set = JsonWebKeySet.Read(Encoding.UTF8.GetBytes(Forge.KeySet(Forge.PublicKey(Forge.Key), Forge.PublicKey(Forge.OtherKey))));
        Assert.Null(set!.Find(Forge.KeyId));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("{}")]
    [InlineData("<html>")]
    public void What_is_no_key_set_is_none(string text) => Assert.Null(JsonWebKeySet.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void What_we_sign_we_verify()
    {
        var token = Rs256.Sign(Forge.Key, """{"a":1}"""u8, "key \"1\"");
        var read = Assert.IsType<JwsReading.Read>(JwsReader.Read(token)).Token;
        Assert.Equal("key \"1\"", read.KeyId);
        var set = JsonWebKeySet.Read(Encoding.UTF8.GetBytes(Forge.KeySet(Forge.PublicKey(Forge.Key, "key \"1\""), Forge.PublicKey(Forge.OtherKey, "other"))))!;
        Assert.True(Rs256.Verify(set.Find("key \"1\"")!, read));
        Assert.False(Rs256.Verify(set.Find("other")!, read));
    }

    [Fact]
    public void A_private_key_is_read_in_both_of_its_forms()
    {
        foreach (var pem in new[] { Forge.Key.ExportRSAPrivateKeyPem(), Forge.Key.ExportPkcs8PrivateKeyPem() })
        {
            using var key = Rs256.ReadPrivateKey(pem, out var reason);
            Assert.Null(reason);
            Assert.Equal(2048, key!.KeySize);
        }
    }

    [Theory]
    [InlineData("short", "is a key of 1024 bits, and 2048 are the least")]
    [InlineData("public", "is a public key, and the private one is needed")]
    [InlineData("text", "is not one RSA private key in PEM form without a password")]
    [InlineData("encrypted", "is not one RSA private key in PEM form without a password")]
    [InlineData("elliptic", "is not one RSA private key in PEM form without a password")]
    public void A_key_that_cannot_be_used_says_why_and_shows_nothing(string kind, string expected)
    {
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = kind switch
        {
            "short" => Forge.ShortKey.ExportRSAPrivateKeyPem(),
            "public" => Forge.Key.ExportSubjectPublicKeyInfoPem(),
            "encrypted" => Forge.Key.ExportEncryptedPkcs8PrivateKeyPem("canary", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)),
            "elliptic" => elliptic.ExportPkcs8PrivateKeyPem(),
            _ => "canary",
        };
        Assert.Null(Rs256.ReadPrivateKey(pem, out var reason));
        Assert.Equal(expected, reason);
    }
}
