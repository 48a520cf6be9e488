// Package multipart reads forms with files (multipart/form-data, RFC 7578) as they come.
//
//	bytes ──> Reader.Feed ──> Sink: a part's head, its data, its end
//	bytes ──> Form.Write ───> fields in memory, files in memory or on disk
//
// [Reader] is the parser alone. It keeps no more than one head of a part and never looks at a
// byte twice, and how the bytes were cut changes nothing. It is strict: lines end with CRLF,
// each part has a name, and what is not there whole is an error.
//
// [Form] collects what a reader finds, within the limits of a [Spool], which all forms of a
// process share. The files of a form lie one behind the other, in memory until they are too
// big for it or all forms together are, and then in one file on disk that has no name: when
// the process dies, however, the system takes it back.
package multipart
