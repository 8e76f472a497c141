/*
message: "The name here looks like that of a person: {form}{more}."
advice: "If it is a private person, leave the name blank, give redaction as personal and send the file again. The business name of a sole trader may stay."
severity: warning
why: >
  Payments to carers, tenants and claimants must not name them. No test tells persons from businesses for sure, so
  this only asks somebody to look. A name counts as a person's where it is short, has none of the words that
  organisations have in theirs, and has one of four forms: a title and a name; initials and a surname; a first name
  and a surname; a surname, a comma and a first name. The three lists of words below were chosen on the payees of real
  spending files; first names that are places or things too, such as Florence, are left out. One warning for each name
  and file. The name itself is not repeated.
*/
WITH
titles (word) AS (
    VALUES
        ('dame'), ('doctor'), ('dr'), ('fr'), ('lady'), ('master'), ('miss'), ('mr'), ('mrs'), ('ms'), ('mx'),
        ('prof'), ('professor'), ('rev'), ('reverend'), ('sir')
),
words_of_organisations (word) AS (
    VALUES
        ('academy'), ('accountants'), ('agency'), ('and'), ('architects'), ('arts'), ('associates'),
        ('association'), ('builders'), ('building'), ('centre'), ('chambers'), ('charity'), ('church'),
        ('cleaning'), ('clinic'), ('club'), ('college'), ('community'), ('company'), ('construction'),
        ('consultancy'), ('consultants'), ('consulting'), ('contractors'), ('council'), ('decorators'), ('design'),
        ('education'), ('electrical'), ('engineering'), ('environmental'), ('estates'), ('events'), ('executive'),
        ('fabrications'), ('farm'), ('fitness'), ('flowers'), ('foundation'), ('garage'), ('group'),
        ('guesthouses'), ('hall'), ('health'), ('holdings'), ('homes'), ('hospital'), ('hotel'), ('house'),
        ('international'), ('joinery'), ('landscapes'), ('law'), ('limited'), ('llp'), ('lodge'), ('ltd'),
        ('marine'), ('media'), ('motors'), ('of'), ('partners'), ('partnership'), ('photography'), ('plant'),
        ('plc'), ('plumbing'), ('practice'), ('printing'), ('products'), ('project'), ('promotions'),
        ('properties'), ('roofing'), ('sanctuary'), ('school'), ('services'), ('shop'), ('solicitors'),
        ('solutions'), ('sons'), ('st'), ('street'), ('studio'), ('surgery'), ('systems'), ('taxis'), ('the'),
        ('theatre'), ('training'), ('transport'), ('travel'), ('trust'), ('uk')
),
first_names (word) AS (
    VALUES
        ('adam'), ('agnieszka'), ('ahmed'), ('aisha'), ('alan'), ('alexander'), ('ali'), ('alice'), ('alison'),
        ('amanda'), ('amir'), ('amy'), ('andrea'), ('andrew'), ('angela'), ('anita'), ('ann'), ('anna'), ('anne'),
        ('anthony'), ('anwar'), ('barbara'), ('ben'), ('benjamin'), ('bernard'), ('beverley'), ('brenda'),
        ('brian'), ('carol'), ('caroline'), ('catherine'), ('charlotte'), ('cheryl'), ('christine'),
        ('christopher'), ('claire'), ('clare'), ('colin'), ('craig'), ('cynthia'), ('daniel'), ('darren'),
        ('david'), ('deborah'), ('debra'), ('denise'), ('derek'), ('diana'), ('diane'), ('donna'), ('doreen'),
        ('doris'), ('dorothy'), ('edward'), ('eileen'), ('elaine'), ('elizabeth'), ('emily'), ('emma'), ('eric'),
        ('eva'), ('fatima'), ('fiona'), ('frances'), ('francis'), ('gareth'), ('gary'), ('geoffrey'), ('george'),
        ('gerald'), ('gillian'), ('glenda'), ('gordon'), ('graham'), ('gwen'), ('hannah'), ('hassan'), ('heather'),
        ('helen'), ('henry'), ('hilary'), ('hussain'), ('ian'), ('imran'), ('irene'), ('isabel'), ('jack'),
        ('jacqueline'), ('james'), ('jane'), ('janet'), ('janice'), ('jason'), ('jayne'), ('jean'), ('jeffrey'),
        ('jennifer'), ('jeremy'), ('jessica'), ('joan'), ('joanne'), ('john'), ('jonathan'), ('joseph'),
        ('josephine'), ('joyce'), ('judith'), ('julia'), ('julie'), ('karen'), ('katarzyna'), ('katherine'),
        ('kathleen'), ('keith'), ('kelly'), ('kenneth'), ('kerry'), ('kevin'), ('khalid'), ('kimberley'),
        ('kirsty'), ('krzysztof'), ('laura'), ('lauren'), ('leanne'), ('lesley'), ('linda'), ('lisa'), ('lorraine'),
        ('louise'), ('lucy'), ('lynn'), ('lynne'), ('malcolm'), ('malgorzata'), ('margaret'), ('maria'), ('marian'),
        ('marie'), ('marilyn'), ('martin'), ('mary'), ('matthew'), ('maureen'), ('megan'), ('melanie'), ('michael'),
        ('michelle'), ('mohammad'), ('mohammed'), ('monica'), ('muhammad'), ('nadia'), ('nasreen'), ('natalie'),
        ('natasha'), ('neil'), ('nicholas'), ('nicola'), ('nigel'), ('norma'), ('norman'), ('oliver'), ('olivia'),
        ('omar'), ('pamela'), ('patricia'), ('patrick'), ('paul'), ('paula'), ('pauline'), ('peggy'), ('peter'),
        ('philip'), ('philippa'), ('phyllis'), ('piotr'), ('rachel'), ('raymond'), ('rebecca'), ('richard'),
        ('robert'), ('roger'), ('ronald'), ('rosemary'), ('roy'), ('russell'), ('ruth'), ('sadia'), ('samantha'),
        ('samuel'), ('sandra'), ('sara'), ('sarah'), ('shabana'), ('sharon'), ('sheila'), ('shirley'), ('simon'),
        ('sophie'), ('stella'), ('stephanie'), ('stephen'), ('steven'), ('stuart'), ('susan'), ('suzanne'),
        ('sylvia'), ('tahir'), ('tariq'), ('teresa'), ('theresa'), ('thomas'), ('timothy'), ('tomasz'), ('tracey'),
        ('tracy'), ('trevor'), ('valerie'), ('vanessa'), ('veronica'), ('vivien'), ('walter'), ('wendy'),
        ('william'), ('yasmin'), ('yvonne'), ('zainab'), ('zoe')
),
names AS (
    SELECT name, replace(replace(replace(lower(name), '.', ' '), ',', ' , '), '’', '''') AS spaced
    FROM (SELECT provider_name AS name FROM spend UNION SELECT name FROM providers)
    -- the names of persons have neither digits nor signs
    WHERE name NOT GLOB '*[0-9&/()@+:;!#*"\_]*' AND name NOT GLOB '*[' || char(1) || '-' || char(31) || ']*'
),
words AS (
    -- the words of a name in order; a comma is a word of its own
    SELECT name, row_number() OVER (PARTITION BY name ORDER BY key) AS place, value AS word
    FROM names, json_each('["' || replace(spaced, ' ', '","') || '"]')
    WHERE value <> ''
),
told AS (
    SELECT
        name,
        count(*) AS words,
        sum(place) FILTER (WHERE word = ',') AS comma,
        max(place = 1 AND word IN titles) AS has_title,
        max(word IN words_of_organisations OR word LIKE '%''s') AS is_organisation,
        sum(length(word) = 1 AND word <> ',') AS initials,
        sum(length(word) >= 3) AS long_words,
        min(place) FILTER (WHERE word IN first_names) AS first_name,
        sum(word IN first_names) AS first_names
    FROM words
    GROUP BY name
),
formed AS (
    SELECT
        name,
        CASE
            WHEN is_organisation OR words > 5 THEN NULL
            WHEN has_title AND words > 1 AND words <= 4 THEN 'a title and a name'
            WHEN words > 4 THEN NULL
            WHEN comma > 1 AND first_name > comma THEN 'a surname, a comma and a first name'
            WHEN long_words = 1 AND initials BETWEEN 1 AND 3 AND words - initials - (comma IS NOT NULL) = 1
                THEN 'initials and a surname'
            WHEN comma IS NOT NULL THEN NULL
            WHEN first_name = 1 AND words - initials = 2 AND long_words = 2 THEN 'a first name and a surname'
            WHEN first_name = 1 AND words = 3 AND first_names = 2 THEN 'a first name and a surname'
        END AS form
    FROM told
),
persons AS (SELECT name, form FROM formed WHERE form IS NOT NULL),
found AS (
    SELECT 'spend' AS dataset, 'provider_name' AS field, min(spend.rowid) AS row_id, form, count(*) AS lines
    FROM spend CROSS JOIN persons ON provider_name = name
    GROUP BY file_id, name
    UNION ALL
    SELECT 'providers', 'name', providers.rowid, form, 1 FROM providers JOIN persons USING (name)
)
SELECT
    dataset, field, row_id, form,
    CASE
        WHEN lines > 2 THEN printf(', here and on %d more lines of the file', lines - 1)
        WHEN lines = 2 THEN ', here and on one more line of the file'
        ELSE ''
    END AS more
FROM found
ORDER BY dataset, row_id
