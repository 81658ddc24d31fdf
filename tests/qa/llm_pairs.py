"""Pairs as language models write them, good and bad, over three invented clips.

Each is (clip, question, answer, cited, filter).
`filter` is the filter meant for the pair, None for a pair that must pass them all. Indices count from 0.
"""

from __future__ import annotations

KITCHEN = (
    "#C C walks into the kitchen",  # 0
    "#C C opens the fridge",  # 1
    "#C C takes three eggs from the fridge",  # 2
    "#C C puts the eggs on the counter",  # 3
    "#C C closes the fridge",  # 4
    "#C C picks a knife from the drawer with his right hand",  # 5
    "#C C cuts an onion on the chopping board",  # 6
    "#C C puts the knife in the sink",  # 7
    "#C C adds salt to the frying pan",  # 8
    "#C C cracks an egg into the blue bowl",  # 9
    "#C C adds pepper to the frying pan",  # 10
    "#O man X walks into the kitchen",  # 11
    "#O man X gives a red towel to C",  # 12
    "#C C wipes the counter with the red towel",  # 13
    "#C C opens the fridge",  # 14
    "#C C takes a bottle of milk from the fridge",  # 15
    "#C C pours milk into a green mug",  # 16
    "#C C puts the green mug on the dining table",  # 17
    "#C C picks the green mug from the dining table",  # 18
    "#C C places the green mug in the microwave",  # 19
    "#C C turns on the microwave",  # 20
    "#C C drinks from the green mug",  # 21
)
WORKSHOP = (
    "#C C picks up a hammer from the toolbox",  # 0
    "#C C hits a nail with the hammer",  # 1
    "#C C drops the hammer on the workbench",  # 2
    "#O woman Y talks to C",  # 3
    "#O woman Y picks a spanner from the workbench",  # 4
    "#C C takes a screwdriver from the shelf",  # 5
    "#C C tightens two screws on the wheel",  # 6
    "#C C puts the screwdriver in the toolbox",  # 7
    "#O man X picks a saw from the floor",  # 8
    "#O man Z cuts a plank with the saw",  # 9
    "#C C shakes a can of white paint",  # 10
    "#C C paints the plank with a brush",  # 11
    "#C C eats vitamin C tablets",  # 12
    "#C C switches off the desk lamp",  # 13
    "#C C carries the black bag to the van",  # 14
    "#C C carries the brown bag to the van",  # 15
)
GARDEN = (
    "#C C opens the shed",  # 0
    "#C C picks a rake",  # 1
    "#C C rakes the leaves on the lawn",  # 2
    "#C C puts the leaves into a bin",  # 3
    "#C C waters the roses with a hose",  # 4
    "#C C holds the hose with her left hand",  # 5
    "#O lady B plants tulips near the fence",  # 6
    "#C C sits on the bench",  # 7
    "#C C reads a book",  # 8
    "#C C waters the tulips with a watering can",  # 9
    "#C C leaves the rake by the shed",  # 10
    "#C C throws the gloves in the bin",  # 11
)
CLIPS = {"kitchen": KITCHEN, "workshop": WORKSHOP, "garden": GARDEN}

Pair = tuple[str, str, str, tuple[int, ...], str | None]

GOOD: tuple[Pair, ...] = (
    ("kitchen", "Where did I put the eggs?", "I put the eggs on the counter.", (3,), None),
    ("kitchen", "How many eggs did I take out of the fridge?", "Three.", (2,), None),
    ("kitchen", "How many eggs did I take from the fridge?", "I took 3 eggs.", (2,), None),
    ("kitchen", "Where did I take the knife from?", "From the drawer.", (5,), None),
    ("kitchen", "Which hand did I use to pick up the knife?", "I used my right hand.", (5,), None),
    ("kitchen", "What did I cut on the chopping board?", "An onion.", (6,), None),
    ("kitchen", "Where did I leave the knife?", "In the sink.", (7,), None),
    ("kitchen", "What did I add to the frying pan first?", "Salt.", (8,), None),
    ("kitchen", "What was the last thing I added to the frying pan?", "Pepper", (10,), None),
    ("kitchen", "What did I crack into the blue bowl?", "I cracked an egg.", (9,), None),
    ("kitchen", "What colour was the bowl I cracked an egg into?", "Blue", (9,), None),
    ("kitchen", "What did the man give me?", "He gave me a red towel.", (12,), None),
    ("kitchen", "What did I wipe the counter with?", "With the red towel the man gave me.", (12, 13), None),
    ("kitchen", "Who walked into the kitchen after I added pepper to the pan?", "A man.", (10, 11), None),
    ("kitchen", "Where did I first put the green mug?", "On the dining table.", (17,), None),
    ("kitchen", "Where did I last put the green mug?", "I placed it in the microwave.", (19,), None),
    ("kitchen", "Did I close the refrigerator?", "Yes, I closed the fridge.", (4,), None),
    ("kitchen", "Did I turn on the microwave?", "Yes", (20,), None),
    ("kitchen", "Did I wash the knife?", "No, I put it in the sink.", (7,), None),
    ("kitchen", "How many times did I open the fridge?", "Twice.", (1, 14), None),
    ("kitchen", "What did I do right before I closed the fridge?", "I put the eggs on the counter.", (3, 4), None),
    ("kitchen", "What did I drink from?", "The green mug", (21,), None),
    ("workshop", "What tool did I use to hit the nail?", "A hammer.", (1,), None),
    ("workshop", "Where did I drop the hammer?", "On the workbench", (2,), None),
    ("workshop", "What did the woman pick up?", "She took a spanner from the workbench.", (4,), None),
    ("workshop", "How many screws did I tighten on the wheel?", "2 screws", (6,), None),
    ("workshop", "What supplement did I take?", "Vitamin C tablets.", (12,), None),
    ("workshop", "What colour was the paint in the can I shook?", "White.", (10,), None),
    ("workshop", "Which lamp did I turn off?", "The desk lamp.", (13,), None),
    ("workshop", "Which bags did I carry to the van?", "The black bag and the brown bag.", (14, 15), None),
    ("workshop", "Did I carry the black bag to the van before the brown one?", "Yes.", (14, 15), None),
    ("workshop", "Is the hammer or the screwdriver now in the toolbox?", "The screwdriver.", (7,), None),
    ("workshop", "Where did I put the screwdriver?", "I returned it to the toolbox.", (7,), None),
    ("garden", "What did I water with the hose?", "The roses.", (4,), None),
    ("garden", "What did I water after reading a book?", "I watered the tulips.", (8, 9), None),
    ("garden", "Where did the woman plant the tulips?", "Near the fence.", (6,), None),
    ("garden", "Where did I leave the rake?", "I left the rake by the shed.", (10,), None),
    ("garden", "What did I do after I sat on the bench?", "I read a book.", (7, 8), None),
    ("garden", "In which hand did I hold the hose?", "In my left hand.", (5,), None),
    ("garden", "What did I throw in the bin?", "My gloves.", (11,), None),
    ("kitchen", "What did I put on the dining table last?", "The green mug.", (17,), None),
    ("workshop", "What did I do with the hammer?", "I hit a nail with it.", (1,), None),
    ("garden", "What did I put or throw in the bin?", "The gloves.", (11,), None),
    ("workshop", "What did I pick up or take?", "A hammer.", (0,), None),
    ("kitchen", "What did I do after closing the fridge?", "I picked up a knife from the drawer.", (4, 5), None),
    ("kitchen", "Who gave me the towel?", "A man.", (12,), None),
    ("kitchen", "Which appliance did I turn on?", "The microwave.", (20,), None),
    ("kitchen", "Where is the green mug now?", "In the microwave.", (19,), None),
    ("kitchen", "Did I use a knife?", "Yes.", (5, 6), None),
    ("kitchen", "What ingredients did I add to the frying pan?", "Salt and pepper.", (8, 10), None),
    ("kitchen", "In what order did I add pepper and salt to the pan?", "Salt first, then pepper.", (8, 10), None),
    ("kitchen", "Did I add salt or pepper to the frying pan first?", "Salt.", (8, 10), None),
    ("kitchen", "Which of salt and pepper did I add first?", "The salt.", (8, 10), None),
    ("kitchen", "What did I use to cut the onion?", "A knife.", (5, 6), None),
    ("kitchen", "Was the fridge open when I took the eggs out?", "Yes, it was.", (1, 2), None),
    ("kitchen", "Did someone else come into the kitchen?", "Yes, a man came in.", (11,), None),
    ("kitchen", "Where was the knife before I picked it up?", "In the drawer.", (5,), None),
    ("kitchen", "What drink did I pour into the mug?", "Milk", (16,), None),
    ("workshop", "What was I doing right before the woman talked to me?", "I was dropping a hammer.", (2, 3), None),
    ("workshop", "What did I do with the screwdriver at the end?", "I put it back in the toolbox.", (7,), None),
    ("kitchen", "What did I get from the man?", "A red towel.", (12,), None),
    ("garden", "Where did I sit down to read?", "On the bench.", (7, 8), None),
    ("garden", "What tool did I pick up first?", "A rake.", (1,), None),
    ("garden", "What did I rake on the lawn?", "Leaves", (2,), None),
)

BAD: tuple[Pair, ...] = (
    # schema
    ("kitchen", "", "On the counter.", (3,), "schema"),
    ("kitchen", "Where did I put the eggs?", "   ", (3,), "schema"),
    ("kitchen", "The eggs are on the counter.", "On the counter.", (3,), "schema"),
    # length
    ("kitchen", "What happened?", "I cut an onion.", (6,), "length"),
    ("kitchen", "Where did I put the eggs?", "on the counter " * 20, (3,), "length"),
    # index
    ("kitchen", "Where did I put the eggs?", "On the counter.", (), "index"),
    ("kitchen", "Where did I put the eggs?", "On the counter.", (3, 22), "index"),
    ("kitchen", "Where did I put the eggs?", "On the counter.", (-1,), "index"),
    # leak
    ("kitchen", "According to the narration, what did I cut?", "An onion.", (6,), "leak"),
    ("kitchen", "What does the video description say I cut?", "An onion.", (6,), "leak"),
    ("kitchen", "What did I cut?", "An onion, as mentioned in sentence 6.", (6,), "leak"),
    ("kitchen", "What did C cut on the chopping board?", "An onion.", (6,), "leak"),
    ("kitchen", "What did #C cut on the chopping board?", "An onion.", (6,), "leak"),
    ("kitchen", "What did I receive from somebody?", "Man X gave me a red towel.", (12,), "leak"),
    ("kitchen", "What did X give me?", "A red towel.", (12,), "leak"),
    ("kitchen", "What did person X give me?", "A red towel.", (12,), "leak"),
    ("kitchen", "What did the camera wearer cut?", "An onion.", (6,), "leak"),
    ("workshop", "Who picked the spanner from the workbench?", "Y picked it.", (4,), "leak"),
    ("garden", "Where did lady B plant the tulips?", "Near the fence.", (6,), "leak"),
    ("kitchen", "What was C's first action?", "Walked into the kitchen.", (0,), "leak"),
    ("garden", "What did I read?", "A book [8]", (8,), "leak"),
    ("garden", "What colour was the rake?", "The colour is not mentioned.", (1,), "leak"),
    # unsure
    ("garden", "What kind of book did I read?", "Possibly a book of poems.", (8,), "unsure"),
    ("garden", "Why did I sit on the bench?", "I don't know.", (7,), "unsure"),
    ("workshop", "Why did I shake the can?", "Probably to mix the white paint.", (10,), "unsure"),
    # answer_in_question
    ("kitchen", "What did I cut when I cut the onion?", "The onion.", (6,), "answer_in_question"),
    ("kitchen", "What colour was the red towel?", "Red.", (12,), "answer_in_question"),
    ("garden", "Where did I throw the gloves that went in the bin?", "In the bin.", (11,), "answer_in_question"),
    (
        "workshop",
        "Where is the hammer that I dropped on the workbench?",
        "On the workbench.",
        (2,),
        "answer_in_question",
    ),
    # ungrounded
    ("kitchen", "Where did I put the eggs?", "On the kitchen table.", (3,), "ungrounded"),
    ("kitchen", "What did I cut on the chopping board?", "A tomato.", (6,), "ungrounded"),
    ("kitchen", "How many eggs did I take out of the fridge?", "Four.", (2,), "ungrounded"),
    ("kitchen", "How many times did I open the fridge?", "Three times.", (1, 14), "ungrounded"),
    ("kitchen", "How many times did I open the fridge?", "Once.", (1,), "ungrounded"),
    ("kitchen", "What colour was the towel?", "Green.", (12,), "ungrounded"),
    ("kitchen", "Did I turn on the microwave?", "No.", (19,), "ungrounded"),
    ("kitchen", "Did I open the microwave?", "Yes.", (20,), "ungrounded"),
    ("kitchen", "Did I close the fridge before I picked up the knife?", "No.", (4, 5), "ungrounded"),
    ("kitchen", "Did I water the plants?", "No.", (16,), "ungrounded"),
    ("kitchen", "Which hand did I use to pick up the knife?", "My left hand.", (5,), "ungrounded"),
    ("kitchen", "What did I pour into the green mug?", "Something.", (16,), "ungrounded"),
    ("workshop", "Who talked to me?", "A young man.", (3,), "ungrounded"),
    ("workshop", "What did I paint with the brush?", "The plank, in white.", (11,), "ungrounded"),
    ("workshop", "How many screws did I tighten?", "Five screws.", (6,), "ungrounded"),
    ("garden", "What did I water with the hose?", "The tulips.", (4,), "ungrounded"),
    ("workshop", "What did I pick from the floor?", "A saw.", (8,), "ungrounded"),
    ("workshop", "What did the woman hit with the hammer?", "A nail.", (1,), "ungrounded"),
    ("garden", "Where did I plant the tulips?", "Near the fence.", (6,), "ungrounded"),
    ("garden", "Where did I put the leaves?", "In a wheelbarrow.", (3,), "ungrounded"),
    ("garden", "What did I read on the bench?", "A newspaper.", (8,), "ungrounded"),
    # ambiguous
    ("kitchen", "Where did I put the green mug?", "On the dining table.", (17,), "ambiguous"),
    ("kitchen", "What did I add to the frying pan?", "Salt.", (8,), "ambiguous"),
    ("kitchen", "What did I take from the fridge?", "A bottle of milk.", (15,), "ambiguous"),
    ("kitchen", "What did I take from the fridge first?", "A bottle of milk.", (15,), "ambiguous"),
    ("kitchen", "Where did I last put the green mug?", "On the dining table.", (17,), "ambiguous"),
    ("kitchen", "What did I take after I opened the fridge?", "Three eggs.", (1, 2), "ambiguous"),
    ("kitchen", "Who walked into the kitchen?", "I did.", (0,), "ambiguous"),
    ("workshop", "What did the man do?", "He picked a saw from the floor.", (8,), "ambiguous"),
    ("workshop", "What colour was the bag I carried to the van?", "Black.", (14,), "ambiguous"),
    ("garden", "What did I water?", "The roses.", (4,), "ambiguous"),
)
