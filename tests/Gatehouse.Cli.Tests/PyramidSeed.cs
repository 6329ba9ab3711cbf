using Microsoft.Data.Sqlite;

namespace Gatehouse.Cli.Tests;

/// <summary>A database of pyramid_oauth2_provider 0.2, as its models describe it: column names, types and constraints.</summary>
internal static class PyramidSeed
{
    public const string Salt = "zW5vd2NoZXJyeXNhbHQ=";

    /// <summary>A client with its secret and what scrypt (n=2^14, r=8, p=1, 64 bytes) makes of it under <see cref="Salt"/>, computed by Python's hashlib.</summary>
    public const string
        WebId = "6ad1ef0a4d5a4f6c8cf9a1b7e0b9c1d26ad1ef0a4d5a4f6c8cf9a1b7e0b9c1d2",
        WebSecret = "3f0c1a7d5b9e2468ace013579bdf02468ace13579bdf02468ace13579bdf0246",
        WebHash = "10aeebd0f3c2d7370667e493a06abbb01b5c0ce4bfaf6990a5779217149700762b67756ac3b70d80b3599096333992adc3043dac8a6e9ae8e4a7b17a1f08f2c0",
        PlainId = "0f3b9d3a5d0f4c0ea7a0f5fbb8f1f0aa0f3b9d3a5d0f4c0ea7a0f5fbb8f1f0aa",
        PlainHash = "2802365b0fbca50bdc2d4156e87bf367c367413459dd07c49ff904693a6745a3943a0616dbf00e7e697a71732e936e4dd016bfe18cf59fc9b53a24e7abb32875";

    public static Task CreateAsync(string file) => ExecuteAsync(file, Schema("_client_secret BLOB") + $"""
        INSERT INTO oauth2_provider_clients VALUES (1, '{WebId}', x'{WebHash}', 0, NULL);
        INSERT INTO oauth2_provider_clients VALUES (2, '{PlainId}', x'{PlainHash}', 1, '2019-05-01 10:00:00.000000');
        INSERT INTO oauth2_provider_redirect_uris VALUES (1, 'https://app.example/cb?tenant=1', 1);
        INSERT INTO oauth2_provider_redirect_uris VALUES (2, 'http://app.example/cb', 1);
        INSERT INTO oauth2_provider_redirect_uris VALUES (3, 'https://app.example/other', 1);
        INSERT INTO oauth2_provider_tokens VALUES (1, 42, 'access', 'refresh', 3600, 0, NULL, '2019-05-01 10:00:00.000000', 1);
        """);

    /// <summary>The same before the salt came: secrets in clear.</summary>
    public static Task CreateOlderAsync(string file) => ExecuteAsync(file, Schema("client_secret VARCHAR(64)") + $"""
        INSERT INTO oauth2_provider_clients VALUES (1, '{WebId}', '{WebSecret}', 0, NULL);
        """);

    public static async Task ExecuteAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public static string Schema(string secret) => $"""
        CREATE TABLE oauth2_provider_clients (
            id INTEGER NOT NULL PRIMARY KEY, client_id VARCHAR(64) NOT NULL UNIQUE, {secret} NOT NULL UNIQUE,
            revoked BOOLEAN CHECK (revoked IN (0, 1)), revocation_date DATETIME);
        CREATE TABLE oauth2_provider_redirect_uris (
            id INTEGER NOT NULL PRIMARY KEY, uri VARCHAR(256) NOT NULL UNIQUE, client_id INTEGER REFERENCES oauth2_provider_clients (id));
        CREATE TABLE oauth2_provider_codes (
            id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL, authcode VARCHAR(64) NOT NULL UNIQUE, expires_in INTEGER NOT NULL,
            revoked BOOLEAN CHECK (revoked IN (0, 1)), revocation_date DATETIME, creation_date DATETIME, client_id INTEGER REFERENCES oauth2_provider_clients (id));
        CREATE TABLE oauth2_provider_tokens (
            id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL, access_token VARCHAR(64) NOT NULL UNIQUE, refresh_token VARCHAR(64) NOT NULL UNIQUE,
            expires_in INTEGER NOT NULL, revoked BOOLEAN CHECK (revoked IN (0, 1)), revocation_date DATETIME, creation_date DATETIME,
            client_id INTEGER REFERENCES oauth2_provider_clients (id));

        """;
}
